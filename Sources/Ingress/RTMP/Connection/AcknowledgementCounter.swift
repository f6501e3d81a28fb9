/// When a peer is told how many bytes have come (RTMP 1.0 §5.4.3).
struct AcknowledgementCounter {
    /// Smaller windows are not kept to: a peer cannot make us answer every packet.
    static let smallestWindow: UInt32 = 4096

    /// The bytes that the peer wants to have on their way at most.
    var window: UInt32 = RTMPAnswer.window {
        didSet { window = max(window, Self.smallestWindow) }
    }
    private var acknowledged: UInt64 = 0

    /// The number to be told if half a window has come since the last time, modulo 2³².
    mutating func due(_ received: UInt64) -> UInt32? {
        guard received - acknowledged >= UInt64(window / 2) else { return nil }
        acknowledged = received
        return UInt32(truncatingIfNeeded: received)
    }
}
