/// One packet of an RTCP compound (RFC 3550 §6, RFC 4585, RFC 5104, RFC 3611).
public enum RTCPPacket: Sendable, Hashable {
    /// A sender's clock and counters, with what it receives.
    case senderReport(SenderReport)
    /// What a receiver receives.
    case receiverReport(ReceiverReport)
    /// Names of sources.
    case sourceDescription(SourceDescription)
    /// Sources that end.
    case bye(Goodbye)
    /// The receiver `sender` lost a picture of `media` (RFC 4585 §6.3.1), and needs a key frame.
    case pictureLossIndication(sender: SSRC, media: SSRC)
    /// A demand for a key frame.
    case fullIntraRequest(FullIntraRequest)
    /// A demand for lost packets.
    case nack(GenericNACK)
    /// Arrival times of a transport's packets.
    case transportFeedback(TransportFeedback)
    /// An estimate of bandwidth.
    case remb(REMB)
    /// Round-trip measurements of receivers.
    case extendedReport(ExtendedReport)
    /// Any other packet: its type, the five bits of count or format, and what follows the header.
    case unknown(type: UInt8, count: UInt8, body: [UInt8])

    /// The reports or sources one packet holds, for their count has five bits.
    public static let maximumReports = 31
    /// Packets in one compound; real ones have a few for each stream of a peer.
    static let maximumPackets = 512
}
