/// When each packet of a transport arrived (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
///
/// Times are in ticks of 250 µs on the receiver's clock. Only differences mean anything to the sender.
public struct TransportFeedback: Sendable, Hashable {
    /// What became of one packet.
    public enum Status: Sendable, Hashable {
        /// It has not arrived.
        case notReceived
        /// It arrived this many ticks after the previous packet that did, or after the reference time.
        case received(delta: Int16)
    }

    /// A feedback message covers at most this many packets; the format would allow 65535 in fifty bytes.
    public static let maximumStatusCount = 16_384
    /// Ticks in one unit of the reference time, 64 ms.
    public static let ticksInReference: Int64 = 256
    /// The length of a tick.
    public static let tick = Duration.microseconds(250)

    /// Who received the packets.
    public var senderSSRC: SSRC
    /// One of the streams they are of.
    public var mediaSSRC: SSRC
    /// The transport number of the first packet covered.
    public var baseSequence: SequenceNumber
    /// Where the deltas count from, in units of 64 ms: 24 bits with sign.
    public var referenceTime: Int32
    /// Counts feedback messages, so that a lost one is noticed.
    public var feedbackCount: UInt8
    /// What became of each packet, from ``baseSequence`` on.
    public var statuses: [Status]

    /// Feedback with these fields.
    public init(
        senderSSRC: SSRC,
        mediaSSRC: SSRC,
        baseSequence: SequenceNumber,
        referenceTime: Int32,
        feedbackCount: UInt8,
        statuses: [Status]
    ) {
        self.senderSSRC = senderSSRC
        self.mediaSSRC = mediaSSRC
        self.baseSequence = baseSequence
        self.referenceTime = referenceTime
        self.feedbackCount = feedbackCount
        self.statuses = statuses
    }

    /// The packets that arrived, in order of their numbers, with arrival times since the origin of the reference time.
    public var arrivals: [(sequence: SequenceNumber, time: Duration)] {
        var ticks = Int64(referenceTime) * Self.ticksInReference
        var arrivals: [(sequence: SequenceNumber, time: Duration)] = []
        for (index, status) in statuses.enumerated() {
            guard case .received(let delta) = status else { continue }
            ticks += Int64(delta)
            arrivals.append((baseSequence &+ index, .microseconds(ticks * 250)))
        }
        return arrivals
    }
}
