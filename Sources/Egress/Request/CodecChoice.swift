import LiveKitProtocol

/// The codec of the sound and the kind of the file, which all encoded outputs of an egress agree on.
///
/// Every output takes the same sound and the same picture, each encoded once. The codecs possible are those all outputs can
/// hold; of them the one is taken that is usual for the first output that has a choice. A file without a type becomes OGG,
/// MP4 or MP3 if it is sound alone, the first that can hold the codec, and MP4 otherwise.
struct CodecChoice: Equatable {
    var audio: AudioPlan.Format?
    /// What a file of no type is.
    var anyFile: FilePlan.Format?

    init(
        _ containers: [OutputContainer],
        hasVideo: Bool,
        hasAudio: Bool,
        encoding: ResolvedEncoding
    ) throws(TwirpError) {
        // A live stream is AAC and H.264 whatever was asked for: nothing else would be taken by its receiver.
        let isForced = containers.contains(.rtmp) || containers.contains(.srt)
        if hasVideo { try Self.checkVideo(containers, asksForVP8: encoding.asksForVP8 && !isForced) }
        var candidates: [AudioPlan.Format] = []
        if hasAudio {
            let wanted = isForced ? nil : encoding.audioFormat
            candidates = wanted.map { [$0] } ?? [.opus, .aac, .mp3]
            for container in containers {
                candidates.removeAll { !container.audio.contains($0) }
                guard candidates.isEmpty else { continue }
                guard let wanted else { throw .noCommonCodec(containers.map(\.name)) }
                throw .incompatible(container.name, wanted.rawValue)
            }
        }
        if containers.contains(.anyFile) {
            let format = try Self.fileFormat(holding: candidates, hasVideo: hasVideo, hasAudio: hasAudio)
            candidates.removeAll { !OutputContainer.file(format).audio.contains($0) }
            anyFile = format
        }
        guard hasAudio else { return }
        let known = containers.filter { $0 != .anyFile } + (anyFile.map { [.file($0)] } ?? [])
        audio = known.compactMap { $0.audio.first(where: candidates.contains) }.first ?? candidates.first
    }

    private static func checkVideo(_ containers: [OutputContainer], asksForVP8: Bool) throws(TwirpError) {
        if asksForVP8, let first = containers.first { throw .incompatible(first.name, "VP8") }
        for container in containers where !container.holdsVideo {
            throw .noCommonCodec(containers.map(\.name))
        }
    }

    private static func fileFormat(
        holding codecs: [AudioPlan.Format],
        hasVideo: Bool,
        hasAudio: Bool
    ) throws(TwirpError) -> FilePlan.Format {
        let possible: [FilePlan.Format] = hasVideo ? [.mp4] : [.ogg, .mp4, .mp3]
        let fitting = possible.first { format in
            !hasAudio || OutputContainer.file(format).audio.contains(where: codecs.contains)
        }
        guard let fitting else {
            throw TwirpError(
                .invalidArgument,
                "no supported file output type is compatible with the selected codecs"
                    + " (\(codecs.map(\.rawValue).joined(separator: ", ")) with H264)"
            )
        }
        return fitting
    }
}

extension TwirpError {
    /// The outputs have no codec in common.
    fileprivate static func noCommonCodec(_ containers: [String]) -> TwirpError {
        TwirpError(
            .invalidArgument,
            "no supported codec is compatible with all outputs (\(containers.joined(separator: ", ")))"
        )
    }
}
