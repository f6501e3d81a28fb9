internal import MediaWire

extension NetworkSource {
    /// Containers that FFmpeg may find, by its names: what the pull of a URL takes, and the elementary streams HLS has as segments.
    private static let containers = "hls,mov,matroska,mpegts,ogg,mp3,flv,aac,flac,wav"
    /// Decoders that may look at a stream to know it; others' streams stay unknown and are refused.
    static let decoders = [
        "h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1", "av1", "mpeg2video", "mpeg4", "aac", "aac_latm", "mp3",
        "mp3float", "mp2", "mp2float", "opus", "libopus", "vorbis", "libvorbis", "flac", "ac3", "eac3", "pcm_s16le",
        "pcm_mulaw", "pcm_alaw",
    ].joined(separator: ",")

    /// The server, without anything secret.
    var place: String {
        switch self {
        case .opened: "the media"
        case .srt(let target): StreamTarget.srt(target).place
        case .rtmp(let target, _): StreamTarget.rtmp(target).place
        case .rtsp(_, let place): place
        }
    }

    /// What FFmpeg opens.
    var address: String {
        switch self {
        case .opened(let url, _, _), .rtsp(let url, _): url
        case .srt(let target): StreamTarget.srt(target).address
        case .rtmp(let target, _): StreamTarget.rtmp(target).address
        }
    }

    /// The container, where it is known beforehand.
    var formatName: String? {
        switch self {
        case .opened(_, let isPlaylist, _): isPlaylist ? "hls" : nil
        case .srt: "mpegts"
        case .rtmp: "flv"
        case .rtsp: "rtsp"
        }
    }

    /// What must not appear in any text.
    var secrets: [String] {
        switch self {
        case .opened(let url, _, _): Self.secrets(of: url)
        case .srt(let target): StreamTarget.srt(target).secrets
        case .rtmp(let target, let claimed): StreamTarget.rtmp(target).secrets + Self.secrets(of: claimed)
        case .rtsp(let url, _): Self.secrets(of: url)
        }
    }

    /// The path with its parameters, and the parameters alone: either may let somebody in.
    static func secrets(of url: String) -> [String] {
        guard let start = url.firstRange(of: "://") else { return [] }
        let rest = url[start.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return [] }
        let path = rest[rest.index(after: slash)...]
        let credentials = rest[..<slash].lastIndex(of: "@").map { String(rest[..<$0]) }
        let query = path.firstIndex(of: "?").map { String(path[path.index(after: $0)...]) }
        return [String(path), query, credentials].compactMap { $0 }.filter { $0.utf8.count > 2 }
    }

    /// What demuxer and protocol are opened with.
    func options(bounds: ProbeBounds) -> [String: String] {
        var options = [
            "probesize": "\(max(32, bounds.bytes))",
            "analyzeduration": "\(max(0, bounds.duration.nanoseconds / 1000))",
            "max_streams": "\(max(1, bounds.streams))",
            "codec_whitelist": Self.decoders,
            "format_whitelist": Self.containers,
        ]
        options.merge(transport) { _, new in new }
        return options
    }

    private var transport: [String: String] {
        switch self {
        case .opened:
            // Nothing passes the opener: connections kept open would be made by FFmpeg itself.
            return [
                "protocol_whitelist": "none", "http_persistent": "0", "http_multiple": "0", "http_seekable": "0",
                "max_reload": "5", "m3u8_hold_counters": "20",
                // Newer versions judge a segment by its name.
                "extension_picky": "0",
            ]
        case .srt(let target): return StreamTarget.srt(target).options(trust: StreamTrust())
        case .rtmp(let target, let claimed):
            return StreamTarget.rtmp(target).options(trust: StreamTrust()).merging(
                ["rtmp_live": "live", "rtmp_tcurl": claimed, "rtmp_buffer": "1000"]
            ) { _, new in new }
        case .rtsp:
            return [
                "protocol_whitelist": "tcp", "format_whitelist": "rtsp,mpegts", "rtsp_transport": "tcp",
                "allowed_media_types": "video+audio", "timeout": "15000000",
            ]
        }
    }
}
