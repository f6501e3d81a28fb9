import MediaWire

/// The last packets of one stream, kept to answer requests for them.
///
/// A ring by sequence number. Packets share their payloads with whoever else holds them: one packet forwarded to many
/// receivers is held once.
struct RetransmissionBuffer {
    /// What is kept of a packet.
    struct Entry {
        var media: OutgoingMedia
        var sentAt: Instant
        var resentAt: Instant?
        var resent: Int
    }

    /// Packets kept for video: a second of 4 Mbit/s.
    static let videoDepth = 512
    /// Packets kept for audio: five seconds of 20 ms.
    static let audioDepth = 256
    /// How often one packet is sent again (sfu.md §4.3).
    static let maximumResends = 3
    /// Requests repeated within this, or within two round trips if those are shorter, crossed our answer.
    static let maximumRepeatSpacing = Duration.milliseconds(100)

    private let mask: Int
    private var entries: [Entry?] = []

    /// A buffer for that many packets, a power of two.
    init(depth: Int) {
        precondition(depth > 0 && depth & (depth - 1) == 0, "the ring is indexed by mask")
        mask = depth - 1
    }

    /// Keeps a packet in place of the one that many before it.
    mutating func store(_ media: OutgoingMedia, at now: Instant) {
        // Streams that never send, such as layers that are switched off, need no ring.
        if entries.isEmpty { entries = [Entry?](repeating: nil, count: mask + 1) }
        entries[Int(media.sequenceNumber.rawValue) & mask] = Entry(media: media, sentAt: now, resentAt: nil, resent: 0)
    }

    /// The packet to send again, unless it is not held, was sent too often or just now.
    mutating func take(_ number: SequenceNumber, at now: Instant, roundTrip: Duration?) -> Answer {
        guard !entries.isEmpty else { return .notHeld }
        let index = Int(number.rawValue) & mask
        guard let entry = entries[index], entry.media.sequenceNumber == number else { return .notHeld }
        let spacing = min(Self.maximumRepeatSpacing, (roundTrip ?? Self.maximumRepeatSpacing) * 2)
        if entry.resent >= Self.maximumResends { return .exhausted }
        if let resentAt = entry.resentAt, now - resentAt < spacing { return .exhausted }
        entries[index]?.resent += 1
        entries[index]?.resentAt = now
        return .packet(entry.media)
    }

    /// What came of a request.
    enum Answer {
        case packet(OutgoingMedia)
        case notHeld
        case exhausted
    }
}
