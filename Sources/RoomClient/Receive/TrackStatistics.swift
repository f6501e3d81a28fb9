/// What happened to the packets and frames of one subscribed track.
public struct TrackStatistics: Sendable, Hashable {
    /// Packets that arrived, duplicates included.
    public var received = 0
    /// Payload bytes that arrived.
    public var receivedBytes = 0
    /// Packets never seen before it was their turn.
    public var lost = 0
    /// Packets that were missing and came in time: retransmitted, reordered, or rebuilt from redundancy.
    public var recovered = 0
    /// Packets that came after they had been given up.
    public var late = 0
    /// Packets that arrived more than once.
    public var duplicates = 0
    /// Frames handed to the receiver.
    public var frames = 0
    /// Frames held back because what they refer to was lost.
    public var undecodableFrames = 0
    /// Key frames among those handed on.
    public var keyFrames = 0
    /// Key frames asked for.
    public var keyFrameRequests = 0
    /// Times the stream started anew: the source or the connection was replaced.
    public var restarts = 0

    /// Starts at zero.
    public init() {}
}
