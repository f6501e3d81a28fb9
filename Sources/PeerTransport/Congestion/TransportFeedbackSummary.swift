public import MediaWire

/// What one transport-wide feedback message of the peer says about packets we sent: what an estimator of the path's
/// bandwidth reads.
public struct TransportFeedbackSummary: Sendable, Hashable {
    /// One packet.
    public struct Outcome: Sendable, Hashable {
        /// When we sent it.
        public let sentAt: Instant
        /// When it arrived, by the peer's clock, whose origin is unknown; nil if it was lost.
        public let arrival: Duration?
        /// Bytes, as RTP.
        public let size: Int
    }

    /// In the order they were sent.
    public let outcomes: [Outcome]

    /// Share of the packets that did not arrive, 0…1.
    public var lossFraction: Double {
        outcomes.isEmpty ? 0 : Double(outcomes.count { $0.arrival == nil }) / Double(outcomes.count)
    }
}
