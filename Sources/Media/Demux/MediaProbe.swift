internal import MediaWire

/// Says what a media file holds.
public enum MediaProbe {
    /// Reads the headers of the file at `path`.
    public static func summary(of path: String) throws(MediaError) -> MediaSummary {
        let size = try FileSync.size(of: path)
        let input = try InputContext.opened(path: path)
        let streams = input.mediaStreams
        var summary = MediaSummary(
            container: input.formatName,
            duration: .seconds(input.duration ?? 0),
            size: size
        )
        if let video = streams.first(where: { $0.parameters.kind == .video }) {
            summary.video = MediaSummary.Video(
                codec: video.parameters.codecName,
                width: video.parameters.width,
                height: video.parameters.height,
                frameRate: input.frameRate(ofStream: video.index)
            )
        }
        if let audio = streams.first(where: { $0.parameters.kind == .audio }) {
            summary.audio = MediaSummary.Audio(
                codec: audio.parameters.codecName,
                sampleRate: audio.parameters.sampleRate,
                channels: audio.parameters.channels
            )
        }
        guard summary.video != nil || summary.audio != nil else {
            throw MediaError(.noMedia, "\(path) holds neither video nor audio")
        }
        return summary
    }
}
