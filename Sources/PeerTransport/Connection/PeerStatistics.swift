public import MediaWire

/// Counters of one connection since it was made.
public struct PeerStatistics: Sendable, Hashable {
    /// One stream we receive.
    public struct Inbound: Sendable, Hashable {
        /// Its section.
        public var mid: Mid
        /// Its layer.
        public var rid: String?
        /// Its source.
        public var ssrc: SSRC
        /// Packets, retransmissions not counted.
        public var packets: Int
        /// Payload bytes.
        public var bytes: Int
        /// Packets missing by sequence number, recovered ones counted as lost.
        public var lost: Int
        /// Packets that a retransmission brought back.
        public var recovered: Int
        /// Duplicates dropped.
        public var duplicates: Int
        /// Sequence numbers asked for again.
        public var nacksSent: Int
        /// Interarrival jitter in seconds.
        public var jitter: Double
    }

    /// One stream we send.
    public struct Outbound: Sendable, Hashable {
        /// Its sender.
        public var sender: SenderID
        /// Its layer.
        public var rid: String?
        /// Its source.
        public var ssrc: SSRC
        /// Packets, retransmissions not counted.
        public var packets: Int
        /// Payload bytes, retransmissions not counted.
        public var bytes: Int
        /// Retransmissions.
        public var retransmissions: Int
        /// Packets the receiver asked for that were no longer held.
        public var unanswered: Int
    }

    /// Streams we receive.
    public var inbound: [Inbound] = []
    /// Streams we send.
    public var outbound: [Outbound] = []
    /// Smoothed round trip, when one was measured.
    public var roundTrip: Duration?
    /// RTP packets that belong to no known section or layer.
    public var unroutablePackets = 0
    /// RTP and RTCP packets that could not be read.
    public var malformedPackets = 0
    /// Packets given to `send` while their sender, layer or codec was not negotiated.
    public var unsendablePackets = 0
}
