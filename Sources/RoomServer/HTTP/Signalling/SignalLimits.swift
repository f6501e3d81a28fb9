import NIOCore

/// Bounds and times of a signalling WebSocket.
struct SignalLimits: Sendable {
    /// The largest message, in bytes, over all its frames (LiveKit's own limit).
    var messageBytes = 2 << 20
    /// The most frames a message may come in.
    var framesPerMessage = 1024
    /// The most bytes that may wait for a client to read them: some full room snapshots.
    var unsentBytes = 16 << 20
    /// How often a WebSocket ping is sent.
    var pingInterval = TimeAmount.seconds(10)
    /// How long a client may be silent: it has left six pings unanswered then.
    var silence = TimeAmount.seconds(60)
    /// How long the answer to a close frame is waited for, and what was sent before it flushed.
    var closeTimeout = TimeAmount.milliseconds(250)
}
