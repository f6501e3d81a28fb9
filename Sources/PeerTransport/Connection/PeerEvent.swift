public import MediaWire

/// What happened on a connection.
public enum PeerEvent: Sendable {
    /// The connection's state changed.
    case connectionState(PeerConnectionState)
    /// The other side announced a track.
    case trackAdded(RemoteTrack)
    /// Codecs or layers of a track changed; same section, same identifiers.
    case trackChanged(RemoteTrack)
    /// A track ended: its section stopped sending, or carries another one now.
    case trackRemoved(RemoteTrack)
    /// Our sender found no common codec with the section it was offered on or assigned to; it will not send.
    case senderRefused(SenderID)
    /// A media packet arrived.
    case media(ReceivedMedia)
    /// The sender of a stream says which wall clock time one of its RTP timestamps stands for.
    case senderReport(mid: Mid, rid: String?, ntp: WallClock, rtpTimestamp: UInt32, arrival: Instant)
    /// The receiver of our stream wants a key frame (PLI or FIR).
    case keyFrameRequested(SenderID, rid: String?)
    /// A round trip time was measured by RTCP.
    case roundTripTime(Duration)
    /// The receiver estimates that this many bits a second get through (REMB).
    case bandwidthEstimate(bitsPerSecond: Int)
    /// What the peer's transport-wide feedback says about the packets we sent.
    case transportFeedback(TransportFeedbackSummary)
    /// What the receiver of our stream says about it.
    case receiverReport(SenderID, rid: String?, StreamReport)
    /// A data channel is open. Channels opened by us are reported too.
    case dataChannelOpened(DataChannelID, label: String)
    /// A message arrived on a data channel.
    case dataChannelMessage(DataChannelID, [UInt8], binary: Bool)
    /// A data channel was closed by either side.
    case dataChannelClosed(DataChannelID)
}

/// How a receiver fared with one of our streams since its last report (RFC 3550 §6.4.1).
public struct StreamReport: Sendable, Hashable {
    /// Share of packets lost in the interval, 0…1.
    public let fractionLost: Double
    /// Packets lost since the start; duplicates can make it negative.
    public let totalLost: Int
    /// Interarrival jitter, in units of the stream's clock.
    public let jitter: UInt32
    /// Round trip measured with this report, where it names one of our sender reports.
    public let roundTrip: Duration?
}
