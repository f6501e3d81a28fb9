import MediaWire

/// Leaves out the packets of lasting silence but for one every 400 ms, as Opus encoders with DTX do (RFC 6716 §2.1.9).
///
/// FFmpeg does not let us turn on libopus's own. The first 200 ms of a silence are sent, so that a receiver's concealment has
/// silence to go on with.
struct SilenceGate: Sendable {
    /// Sound below this is nothing anybody hears: −72 dBov, beneath the steps of 12 bits.
    static let silence: UInt8 = 72
    /// Blocks of 20 ms of a silence that are sent in full.
    static let hangover = 10
    /// Every so manieth block after that is sent: 400 ms.
    static let interval = 20

    private var silentBlocks = 0

    /// Whether the packet of a block of this loudness is sent.
    mutating func admits(_ level: AudioLevel) -> Bool {
        guard level.level >= Self.silence else {
            silentBlocks = 0
            return true
        }
        defer { silentBlocks += 1 }
        return silentBlocks < Self.hangover || (silentBlocks - Self.hangover) % Self.interval == 0
    }
}
