/// The container a muxer writes.
///
/// All but `.mp4` can be played at any time while they are written, but for the last second at most.
public enum MuxerFormat: Sendable, Hashable {
    /// MP4 in fragments of about the given length, each complete on disk before the next begins: playable up to the last
    /// whole fragment whatever happens to the writer.
    case fragmentedMP4(fragmentDuration: Duration)
    /// MP4 with its index at the beginning, written when the muxer is finished.
    case mp4
    /// Ogg with pages of a quarter of a second.
    case ogg
    /// MP3 frames behind an ID3 tag and a Xing header, which gets its numbers when the muxer is finished.
    case mp3
    /// WebM in clusters of half a second.
    ///
    /// The index (cues) and the length are written when the muxer is finished; the
    /// length goes into the head, so the first kilobytes change then.
    case webm
    /// Matroska, in the way of WebM, for any codec.
    case mkv
    /// An MPEG transport stream.
    case mpegTS
}

extension MuxerFormat {
    /// FFmpeg's name of the container.
    var name: String {
        switch self {
        case .fragmentedMP4, .mp4: "mp4"
        case .ogg: "ogg"
        case .mp3: "mp3"
        case .webm: "webm"
        case .mkv: "matroska"
        case .mpegTS: "mpegts"
        }
    }

    /// `delay_moov` writes the header with the first fragment, when priming and reordering are known, so that edit lists
    /// are exact; `default_base_moof` makes a fragment independent of its place in the file.
    var options: [String: String] {
        switch self {
        case .fragmentedMP4(let duration):
            let microseconds = duration / .microseconds(1)
            return [
                "movflags": "empty_moov+delay_moov+default_base_moof",
                "frag_duration": String(Int(max(1_000, min(microseconds, 60e6)))),
            ]
        case .mp4: return ["movflags": "faststart"]
        // The muxer holds two pages back: they have to be short.
        case .ogg: return ["page_duration": "250000"]
        case .webm, .mkv: return ["cluster_time_limit": "500"]
        case .mp3, .mpegTS: return [:]
        }
    }

    /// Whether packets of both kinds have to reach the muxer in the order of decoding; fragments sort theirs themselves.
    var isInterleaved: Bool {
        if case .fragmentedMP4 = self { false } else { true }
    }
}
