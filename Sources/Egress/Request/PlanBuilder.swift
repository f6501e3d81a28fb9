import LiveKitProtocol
import Storage

/// Makes the outputs of a plan from those of a request that has been looked over.
struct PlanBuilder {
    private let request: EgressRequest
    private let defaults: PlanDefaults
    private let video: VideoPlan
    private let audio: AudioPlan?
    private let codecs: CodecChoice
    private let segmentDuration: Double?
    /// Whether media is written as it comes.
    let passthrough: PassthroughRule

    init(
        _ request: EgressRequest,
        _ encoding: ResolvedEncoding,
        _ defaults: PlanDefaults,
        isPassthrough: Bool
    ) throws(TwirpError) {
        self.request = request
        self.defaults = defaults
        let containers = try request.outputs.map { (output) throws(TwirpError) in try output.container }.compactMap(
            \.self
        )
        codecs = try CodecChoice(
            containers,
            hasVideo: request.hasVideo,
            hasAudio: request.hasAudio,
            encoding: encoding
        )
        audio = try request.hasAudio ? encoding.audio(codecs.audio ?? .opus) : nil
        passthrough =
            if isPassthrough || request.isOneTrackFile {
                .always
            } else if request.isTrackBound, request.encoding == nil, request.outputs.allSatisfy(\.isFile) {
                .ifPossible
            } else {
                .never
            }
        (video, segmentDuration) = try Self.keyFrames(request, encoding.video, defaults)
    }

    /// The outputs in the order of the request; several WebSockets are an output each.
    func outputs() throws(TwirpError) -> [OutputPlan] {
        var plans: [OutputPlan] = []
        for output in request.outputs {
            let storage = try storage(of: output)
            for kind in try kinds(of: output) {
                plans.append(
                    OutputPlan(
                        kind: kind,
                        video: hasPicture(kind) ? video : nil,
                        audio: sound(of: kind),
                        storage: storage,
                        backup: output.needsStorage ? defaults.backup : nil,
                        writesManifest: output.needsStorage && output.writesManifest
                    )
                )
            }
        }
        return plans
    }

    private func hasPicture(_ kind: OutputPlan.Kind) -> Bool {
        if case .webSocket = kind { return false }
        return request.hasVideo
    }

    private func sound(of kind: OutputPlan.Kind) -> AudioPlan? {
        switch kind {
        case .images: nil
        // Raw samples, at the rate the room's sound has.
        case .webSocket: AudioPlan(format: .opus, bitrate: 128, frequency: 48_000)
        case .file, .segments, .stream: audio
        }
    }

    private func kinds(of output: OutputRequest) throws(TwirpError) -> [OutputPlan.Kind] {
        switch output.kind {
        case .file(let type, let path): [.file(FilePlan(format: format(type, path), path: path))]
        case .trackFile(let path): [.file(FilePlan(format: nil, path: path))]
        case .streams(let transport, let urls):
            [.stream(StreamPlan(transport: transport, urls: urls, giveUpAfter: defaults.streamGiveUpAfter))]
        case .webSockets(let urls): urls.map { .webSocket(url: $0) }
        case .segments(let segments): [.segments(try plan(segments))]
        case .images(let images): [.images(try ImagesPlan(images))]
        }
    }

    /// Nil where the codec that comes decides.
    private func format(_ type: Livekit_EncodedFileType, _ path: String) -> FilePlan.Format? {
        switch type {
        case .ogg: .ogg
        case .mp3: .mp3
        case .mp4: .mp4
        case .defaultFiletype, .UNRECOGNIZED:
            if passthrough == .always || (passthrough == .ifPossible && path.lowercased().hasSuffix(".webm")) {
                nil
            } else if path.asksForMatroska {
                .mkv
            } else {
                codecs.anyFile
            }
        }
    }

    private func plan(_ segments: Livekit_SegmentedFileOutput) throws(TwirpError) -> SegmentsPlan {
        let recipe = try Self.recipe(of: segments, defaults)
        let suffix: SegmentsPlan.Suffix =
            switch segments.filenameSuffix {
            case .index: .index
            case .timestamp: .timestamp
            case .UNRECOGNIZED(let number): throw .invalid("filename_suffix", "\(number) is not a known suffix")
            }
        if !segments.livePlaylistName.isEmpty, segments.livePlaylistName == segments.playlistName {
            throw .invalid("live_playlist_name", "it is the name of the playlist; another is needed")
        }
        return SegmentsPlan(
            container: recipe.container,
            filenamePrefix: segments.filenamePrefix,
            playlistName: segments.playlistName,
            livePlaylistName: segments.livePlaylistName.isEmpty ? nil : segments.livePlaylistName,
            duration: segmentDuration ?? recipe.segmentDuration,
            suffix: suffix,
            liveWindow: recipe.liveWindow
        )
    }

    private func storage(of output: OutputRequest) throws(TwirpError) -> StorageConfiguration {
        guard output.needsStorage else { return .local }
        if let chosen = output.storage ?? request.storage { return try chosen.configuration(defaults) }
        if defaults.storage == .local, defaults.disallowLocalStorage {
            throw .invalid("output", "files cannot stay on this machine; name an S3, GCP, Azure or AliOSS storage")
        }
        return defaults.storage
    }
}

extension PlanBuilder {
    /// The picture with its key frames, and the seconds of a segment.
    ///
    /// Streams have one every 4 s unless asked otherwise, so that a viewer need not wait longer. Segments begin with one
    /// each, which an interval of the request does not change; beside a stream, whichever is shorter holds for both. The
    /// bitrate holds for each segment, and at all times where RTMP is spoken.
    private static func keyFrames(
        _ request: EgressRequest,
        _ video: VideoPlan,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> (VideoPlan, Double?) {
        var video = video
        var hasStreams = false
        var duration: Double?
        for output in request.outputs {
            switch output.kind {
            case .streams(let transport, _):
                hasStreams = true
                if transport == .rtmp { video.isConstantRate = true }
            case .segments(let segments):
                let recipe = try recipe(of: segments, defaults)
                let asked = segments.segmentDuration == 0 ? recipe.segmentDuration : Double(segments.segmentDuration)
                guard SegmentsRecipe.durations.contains(asked) else {
                    throw .invalid("segment_duration", "\(asked) is not within 1 to 3600 seconds")
                }
                duration = asked
            default: break
            }
        }
        if var duration {
            if hasStreams, let interval = video.keyFrameInterval {
                duration = max(min(interval, duration), SegmentsRecipe.durations.lowerBound)
            }
            video.rateBuffer = min(duration, longestRateBuffer)
            video.keyFrameInterval = hasStreams ? divided(duration, video.framerate) : duration
            return (video, duration)
        }
        if hasStreams, video.keyFrameInterval == nil { video.keyFrameInterval = streamKeyFrameInterval }
        return (video, nil)
    }

    /// The longest interval a stream should have that begins every segment as well, on a frame.
    private static func divided(_ duration: Double, _ framerate: Int) -> Double {
        for part in 1...maximumParts where duration / Double(part) <= streamKeyFrameInterval {
            let frames = duration / Double(part) * Double(framerate)
            if frames == frames.rounded() { return duration / Double(part) }
        }
        return duration
    }

    private static func recipe(
        of segments: Livekit_SegmentedFileOutput,
        _ defaults: PlanDefaults
    ) throws(TwirpError) -> SegmentsRecipe {
        let name =
            switch segments.protocol {
            case .defaultSegmentedFileProtocol, .hlsProtocol: "HLS_PROTOCOL"
            case .hlsFmp4Protocol: "HLS_FMP4_PROTOCOL"
            case .UNRECOGNIZED(let number): throw .invalid("protocol", "\(number) is not a known segment protocol")
            }
        guard let recipe = defaults.segments[name] ?? SegmentsRecipe.stock[name] else {
            preconditionFailure("pipelines/ has a recipe for each protocol")
        }
        return recipe
    }
}

/// LiveKit's, in seconds.
private let streamKeyFrameInterval = 4.0
/// LiveKit's, in seconds.
private let longestRateBuffer = 10.0
/// An hour in parts of four seconds.
private let maximumParts = 900

extension OutputRequest {
    /// What it holds of encoded media; nil for images and raw sound, and where the codec that comes decides.
    fileprivate var container: OutputContainer? {
        get throws(TwirpError) {
            switch kind {
            case .file(let type, let path):
                switch type {
                case .mp4: .file(.mp4)
                case .ogg: .file(.ogg)
                case .mp3: .file(.mp3)
                case .defaultFiletype: path.asksForMatroska ? .file(.mkv) : .anyFile
                case .UNRECOGNIZED(let number): throw .invalid("file_type", "\(number) is not a known file type")
                }
            case .streams(let transport, _): transport == .rtmp ? .rtmp : .srt
            case .segments: .segments
            case .trackFile, .webSockets, .images: nil
            }
        }
    }

    fileprivate var isFile: Bool {
        switch kind {
        case .file, .trackFile: true
        case .streams, .webSockets, .segments, .images: false
        }
    }

    fileprivate var needsStorage: Bool {
        switch kind {
        case .file, .trackFile, .segments, .images: true
        case .streams, .webSockets: false
        }
    }
}

extension EgressRequest {
    fileprivate var isOneTrackFile: Bool {
        guard case .track = source else { return false }
        return outputs.allSatisfy(\.isFile)
    }
}

extension String {
    /// Whether the name of a file without a type says that it is to be Matroska.
    fileprivate var asksForMatroska: Bool { lowercased().hasSuffix(".mkv") }
}

extension ImagesPlan {
    fileprivate init(_ images: Livekit_ImageOutput) throws(TwirpError) {
        switch images.imageCodec {
        case .icDefault, .icJpeg: break
        case .UNRECOGNIZED(let number): throw .invalid("image_codec", "\(number) is not a known image codec")
        }
        guard images.captureInterval <= maximumInterval else {
            throw .invalid(
                "capture_interval",
                "\(images.captureInterval) is not within 1 to \(maximumInterval) seconds"
            )
        }
        let suffix: Suffix =
            switch images.filenameSuffix {
            case .imageSuffixIndex: .index
            case .imageSuffixTimestamp: .timestamp
            case .imageSuffixNoneOverwrite: .none
            case .UNRECOGNIZED(let number): throw .invalid("filename_suffix", "\(number) is not a known suffix")
            }
        self.init(
            interval: images.captureInterval == 0 ? 10 : Double(images.captureInterval),
            width: try EncodingRequest.side(images.width, "width"),
            height: try EncodingRequest.side(images.height, "height"),
            filenamePrefix: images.filenamePrefix,
            suffix: suffix
        )
    }
}

/// A day, in seconds.
private let maximumInterval: UInt32 = 86_400
