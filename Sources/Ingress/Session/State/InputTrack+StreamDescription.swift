import Media
import MediaWire

extension InputTrack {
    /// The times that decoders are given: nanoseconds of the session's clock.
    static let timescale: Int32 = 1_000_000_000

    /// What a decoder is opened with.
    var streamDescription: StreamDescription {
        StreamDescription(
            codecName: format.rawValue,
            header: header,
            timescale: Self.timescale,
            width: width,
            height: height,
            sampleRate: sampleRate,
            channels: channels
        )
    }

    /// The MIME type by which the source's codec is reported.
    var mimeType: String {
        switch format {
        case .aac, .aacLATM: "audio/AAC"
        case .mp3: "audio/MP3"
        case .opus: "audio/opus"
        case .mp2: "audio/MPA"
        case .pcm16: "audio/L16"
        case .muLaw: "audio/PCMU"
        case .aLaw: "audio/PCMA"
        case .ac3, .eac3, .vorbis, .flac: "audio/\(format.rawValue)"
        case .mpeg2: "video/MPV"
        case .mpeg4: "video/MP4V-ES"
        case .av1, .h264, .h265, .vp8, .vp9: "video/\(encodingName)"
        }
    }

    private var encodingName: String { format == .h265 ? "H265" : format.rawValue.uppercased() }
}
