internal import MediaWire

/// How many connections there are, and from where those that nobody has let in yet.
struct ConnectionCounts {
    /// The most connections.
    let limit: Int
    /// The most from one address that are not let in yet.
    let pendingLimit: Int
    private(set) var total = 0
    private var pending: [IPAddress: Int] = [:]

    init(limit: Int, pendingLimit: Int) {
        self.limit = limit
        self.pendingLimit = pendingLimit
    }

    /// Counts a connection; false if it is one too many.
    mutating func open(from address: IPAddress) -> Bool {
        let key = address.network
        guard total < limit, pending[key, default: 0] < pendingLimit else { return false }
        total += 1
        pending[key, default: 0] += 1
        return true
    }

    /// A connection is let in.
    mutating func admit(from address: IPAddress) {
        let key = address.network
        guard let count = pending[key] else { return }
        pending[key] = count > 1 ? count - 1 : nil
    }

    /// A connection is closed.
    mutating func close(from address: IPAddress, wasAdmitted: Bool) {
        total -= 1
        if !wasAdmitted { admit(from: address) }
    }
}
