import MediaWire

extension JobWiring {
    /// Decides what is encoded and what is written as it comes, by the tracks that are there when the recording begins.
    ///
    /// As it comes can be written:
    /// * for a source of single tracks only, since what is mixed or drawn has to be encoded;
    /// * into files only: segments and streams need key frames where their publisher would not put them;
    /// * a codec that the file's container takes (`FilePlan.Format.takes`);
    /// * with `.ifPossible`: a kind for which the output has a plan, whose track is there and, for pictures, not muted. A kind that is
    ///   missing at the beginning is encoded, so that a track that comes later still finds its place.
    ///
    /// With `.always` the kinds are those of the tracks. One codec of a single track has to be encoded all the same: G.711, for
    /// which no container is at hand. It becomes Opus.
    init(_ plan: EgressPlan, _ choice: SourceChoice) throws(JobFailure) {
        outputs = try plan.outputs.map { output throws(JobFailure) in
            switch output.kind {
            case .images, .webSocket: return OutputWiring(output: output)
            case .segments, .stream: return OutputWiring(encoding: output)
            case .file(let file):
                switch plan.passthrough {
                case .never: return OutputWiring(encoding: output)
                case .ifPossible: return OutputWiring(output, file, passingIfPossible: choice, of: plan.source)
                case .always: return try OutputWiring(output, file, passing: choice, of: plan.source)
                }
            }
        }
    }

    /// What is written as it comes, for whoever uses the result; nil if nothing is.
    func note(_ choice: SourceChoice) -> String? {
        var parts: [String] = []
        if passes(.video), let codec = choice.picture?.codec { parts.append("video \(codec.rawValue.uppercased())") }
        if passes(.audio), let codec = choice.sounds.first?.codec {
            parts.append("audio \(codec == .red ? "OPUS" : codec.rawValue.uppercased())")
        }
        return parts.isEmpty ? nil : "passthrough: \(parts.joined(separator: ", "))"
    }
}

extension OutputWiring {
    fileprivate init(encoding output: OutputPlan) {
        self.init(output: output, video: output.video.map { .video($0) }, audio: output.audio.map { .audio($0) })
    }

    fileprivate init(
        _ output: OutputPlan,
        _ file: FilePlan,
        passingIfPossible choice: SourceChoice,
        of source: SourcePlan
    ) {
        var output = output
        var file = file
        file.format = file.format ?? (output.video == nil ? .ogg : .mp4)
        output.kind = .file(file)
        self.init(encoding: output)
        guard let format = file.format else { return }
        if video != nil, source.isOfSingleTracks, let picture = choice.picture, !picture.isMuted,
            format.takes(picture.codec)
        {
            video = .asSent(.video)
        }
        if audio != nil, source.isOfSingleTracks, let sound = choice.onlySound, format.takes(sound.codec) {
            audio = .asSent(.audio)
        }
    }

    fileprivate init(
        _ output: OutputPlan,
        _ file: FilePlan,
        passing choice: SourceChoice,
        of source: SourcePlan
    ) throws(JobFailure) {
        var output = output
        var file = file
        let format: FilePlan.Format
        if let asked = file.format { format = asked } else { format = try FilePlan.Format(for: choice) }
        file.format = format
        output.kind = .file(file)
        self.init(output: output)
        if let picture = choice.picture {
            guard format.takes(picture.codec) else { throw .incompatible(format, picture.codec) }
            video = .asSent(.video)
        }
        guard let sound = choice.sounds.first else { return }
        if let only = choice.onlySound, format.takes(only.codec) {
            audio = .asSent(.audio)
        } else if case .track = source, sound.codec == .pcmu || sound.codec == .pcma {
            audio = .audio(output.audio ?? AudioPlan(format: .opus, bitrate: 128, frequency: 48_000))
        } else {
            throw .incompatible(format, sound.codec)
        }
    }
}

extension SourcePlan {
    /// Whether its picture and its sound are one track each.
    fileprivate var isOfSingleTracks: Bool {
        switch self {
        case .participant, .tracks, .track: true
        case .composite, .media: false
        }
    }
}

extension SourceChoice {
    /// The sound, if there is no other and it stays where it is.
    fileprivate var onlySound: Sound? { sounds.count == 1 && sounds[0].channel == .both ? sounds[0] : nil }
}

extension FilePlan.Format {
    /// Whether the container takes a codec as it comes out of RTP.
    func takes(_ codec: Codec?) -> Bool {
        switch (self, codec) {
        case (.mp4, .h264?), (.mkv, .h264?), (.webm, .vp8?), (.webm, .vp9?), (.mkv, .vp8?), (.mkv, .vp9?): true
        case (.mp4, .opus?), (.ogg, .opus?), (.webm, .opus?), (.mkv, .opus?): true
        // Taken apart before it gets here.
        case (_, .red?): takes(.opus)
        default: false
        }
    }

    /// The container for tracks whose codecs are only known now.
    fileprivate init(for choice: SourceChoice) throws(JobFailure) {
        switch choice.picture?.codec ?? choice.sounds.first?.codec {
        case .h264?: self = .mp4
        case .vp8?, .vp9?: self = .webm
        case .opus?, .red?, .pcmu?, .pcma?: self = .ogg
        case let other?: throw JobFailure(text: "\(other.mimeType) is not yet supported", code: 400)
        case nil: throw JobFailure(text: "the room does not tell the track's codec", code: 400)
        }
    }
}

extension JobFailure {
    fileprivate static func incompatible(_ format: FilePlan.Format, _ codec: Codec?) -> JobFailure {
        let codec = codec?.mimeType ?? "an unknown codec"
        return JobFailure(text: "format \(format.rawValue) incompatible with codec \(codec)", code: 400)
    }
}
