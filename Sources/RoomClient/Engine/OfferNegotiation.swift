import MediaWire

/// Keeps the offers of one peer connection in order: one is under way at a time, and what changes meanwhile waits for
/// the next.
struct OfferNegotiation {
    /// How long an answer may take.
    static let timeout = Duration.seconds(15)

    private(set) var hasOffered = false
    private var pending: (id: UInt32, deadline: Instant)?
    private var isStale = false
    private var lastID: UInt32 = 0

    /// Something has to be negotiated; says whether to make an offer now.
    mutating func need() -> Bool {
        guard pending == nil else {
            isStale = true
            return false
        }
        return true
    }

    /// An offer is being made; returns its identifier.
    mutating func offering(at now: Instant) -> UInt32 {
        lastID &+= 1
        if lastID == 0 { lastID = 1 }  // 0 means "without identifier"
        pending = (lastID, now + Self.timeout)
        hasOffered = true
        isStale = false
        return lastID
    }

    /// An answer came; says whether it belongs to the offer under way.
    ///
    /// Old servers answer without identifier.
    mutating func answered(id: UInt32) -> Bool {
        guard let pending, id == 0 || id == pending.id else { return false }
        self.pending = nil
        return true
    }

    /// Whether something changed while the last offer was under way.
    var needsAnother: Bool { pending == nil && isStale }

    /// Forgets the offer under way: its answer was lost with the connection.
    mutating func abandon() { pending = nil }

    /// When the answer is overdue.
    var deadline: Instant? { pending?.deadline }
}
