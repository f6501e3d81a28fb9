import Media
import MediaWire

extension FilePlan.Format {
    /// The container for streams when none was asked for: the one that takes the codec as it is.
    init(video: StreamParameters?, audio: StreamParameters?) {
        switch (video?.codec, audio?.codecName) {
        case (.vp8?, _), (.vp9?, _): self = .webm
        case (.h264?, _): self = .mp4
        case (nil, "mp3"?): self = .mp3
        case (nil, "aac"?): self = .mp4
        case (nil, _): self = .ogg
        default: self = .mkv
        }
    }

    /// What is written while the recording goes on.
    var muxerFormat: MuxerFormat {
        switch self {
        // What a crash may cost, besides the recording's latency and what the encoder holds (about half a second):
        // together they have to stay below two seconds. A fragment's header takes some 300 bytes.
        case .mp4: .fragmentedMP4(fragmentDuration: .milliseconds(200))
        case .ogg: .ogg
        case .mp3: .mp3
        case .webm: .webm
        case .mkv: .mkv
        }
    }

    /// The file's MIME type (RFC 4337, RFC 7845 §9, RFC 3003, RFC 9559 §27.3).
    func contentType(hasVideo: Bool) -> String {
        switch self {
        case .mp4: hasVideo ? "video/mp4" : "audio/mp4"
        case .ogg: "audio/ogg"
        case .mp3: "audio/mpeg"
        case .webm: hasVideo ? "video/webm" : "audio/webm"
        case .mkv: hasVideo ? "video/matroska" : "audio/matroska"
        }
    }
}

extension JobFailure {
    /// Media could not be written.
    init(writing error: MediaError) {
        self.init(text: "the recording cannot be written: \(error)", code: 500)
    }
}
