/// The loudness of a packet's audio as its sender measured it (RFC 6464).
public struct AudioLevel: Sendable, Hashable {
    /// Level in −dBov: 0 is the loudest, 127 is silence.
    public var level: UInt8
    /// Whether the sender believes that it is a voice.
    public var voice: Bool

    /// A level of −`level` dBov, 0 through 127.
    public init(level: UInt8, voice: Bool) {
        precondition(level <= 127, "an audio level has seven bits")
        self.level = level
        self.voice = voice
    }

    /// Reads the extension element; `nil` when it is empty.
    public init?(decoding bytes: some Collection<UInt8>) {
        guard let byte = bytes.first else { return nil }
        level = byte & 0x7F
        voice = byte & 0x80 != 0
    }

    /// The extension element's one byte.
    public var encoded: [UInt8] { [(voice ? 0x80 : 0) | level] }
}
