import MediaWire

/// The calls of one method as its server sees them: heard, offered, chosen, running, over.
///
/// A request goes `heard → running → over`, with a claim `heard → offered → running → over`. Its id is remembered
/// until it expires, so that a request that the bus delivers twice is handled once.
struct ServerExchanges {
    /// What becomes of a request.
    enum Admission: Equatable {
        case handle
        /// It is too late for it.
        case expired
        /// It was heard before.
        case duplicate
        /// More are under way than the server will hold.
        case overloaded
    }

    private enum State {
        /// To `offered`, `running` or `over`.
        case heard
        /// To `running` when this server is chosen, to `over` when another is or when time runs out.
        case offered
        /// To `over`.
        case running
        /// Remembered only to know it again.
        case over
    }

    private struct Exchange {
        var state: State
        let expiry: Instant
    }

    /// Requests under way at once, offers included: more than a worker could serve.
    static let maximumUnderWay = 2_000
    /// Requests remembered: bounds what clients with distant expiries can make a server keep.
    static let maximumRemembered = 20_000

    private var exchanges: [String: Exchange] = [:]
    private var underWay = 0

    /// Whether nothing is under way.
    var isIdle: Bool { underWay == 0 }

    /// A request came.
    mutating func heard(_ id: String, expiry: Instant, now: Instant) -> Admission {
        guard now < expiry else { return .expired }
        guard exchanges[id] == nil else { return .duplicate }
        if exchanges.count >= Self.maximumRemembered { forget(now: now) }
        guard underWay < Self.maximumUnderWay, exchanges.count < Self.maximumRemembered else { return .overloaded }
        exchanges[id] = Exchange(state: .heard, expiry: expiry)
        underWay += 1
        return .handle
    }

    /// The server offers to take the request.
    mutating func offering(_ id: String) {
        guard case .heard = exchanges[id]?.state else { return }
        exchanges[id]?.state = .offered
    }

    /// The client chose; true: this server, and the handler is to run now.
    mutating func chosen(_ id: String, isMine: Bool, now: Instant) -> Bool {
        guard let exchange = exchanges[id], case .offered = exchange.state else { return false }
        guard isMine, now < exchange.expiry else {
            over(id)
            return false
        }
        exchanges[id]?.state = .running
        return true
    }

    /// A request that needs no claim begins to run.
    mutating func running(_ id: String) {
        guard case .heard = exchanges[id]?.state else { return }
        exchanges[id]?.state = .running
    }

    /// The request is dealt with, or was left to others.
    mutating func over(_ id: String) {
        guard let state = exchanges[id]?.state else { return }
        if case .over = state { return }
        exchanges[id]?.state = .over
        underWay -= 1
    }

    /// Whether the request is to be handled here; nil while that is open.
    func isMine(_ id: String) -> Bool? {
        switch exchanges[id]?.state {
        case .heard, .offered: nil
        case .running: true
        case .over, nil: false
        }
    }

    /// Forgets what is over and expired.
    mutating func forget(now: Instant) {
        exchanges = exchanges.filter { _, exchange in
            if case .over = exchange.state { now < exchange.expiry } else { true }
        }
    }

    /// How many requests are remembered.
    var remembered: Int { exchanges.count }
}
