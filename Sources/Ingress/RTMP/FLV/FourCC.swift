/// How codecs are named in enhanced RTMP (Veovera, Enhanced RTMP v2, "FourCC").
struct FourCC: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt32

    static let h264 = FourCC("avc1")
    static let h265 = FourCC("hvc1")
    static let av1 = FourCC("av01")
    static let vp8 = FourCC("vp08")
    static let vp9 = FourCC("vp09")
    static let aac = FourCC("mp4a")
    static let mp3 = FourCC(".mp3")
    static let opus = FourCC("Opus")

    /// Everything that is taken, as told to clients that ask.
    static let supportedVideo = [h264, h265, av1, vp9, vp8]
    static let supportedAudio = [aac, opus, mp3]

    /// The codec, if it is taken.
    var format: InputTrack.Format? {
        switch self {
        case .h264: .h264
        case .h265: .h265
        case .av1: .av1
        case .vp8: .vp8
        case .vp9: .vp9
        case .aac: .aac
        case .mp3: .mp3
        case .opus: .opus
        default: nil
        }
    }

    /// The four letters; what a peer may have put in place of letters is a question mark.
    var text: String {
        let letters = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: rawValue >> $0) }
        return String(decoding: letters.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

extension FourCC {
    private init(_ text: StaticString) {
        precondition(text.utf8CodeUnitCount == 4, "four letters")
        rawValue = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }
}
