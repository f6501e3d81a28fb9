public import MediaWire
public import PeerTransport

/// One direction of a network, in virtual time: the same seed and the same datagrams give the same deliveries.
public struct NetworkEmulator: Sendable {
    private struct Flight {
        var datagram: Datagram
        var delivery: Instant
    }

    /// How datagrams sent from now on are treated.
    public var conditions: NetworkConditions
    /// Datagrams dropped by chance or for a full queue.
    public private(set) var dropped = 0
    /// Datagrams delivered ahead of an earlier one.
    public private(set) var reordered = 0

    private var generator: SeededGenerator
    /// Sorted by delivery.
    private var flights: [Flight] = []
    /// When the line is free again under the rate.
    private var lineFree: Instant?
    /// Delivery of the newest datagram that kept its place.
    private var newest: Instant?

    /// A network of these conditions.
    public init(conditions: NetworkConditions = NetworkConditions(), seed: UInt64) {
        self.conditions = conditions
        generator = SeededGenerator(seed: seed)
    }

    /// When `poll` has something to give.
    public var nextDelivery: Instant? { flights.first?.delivery }

    /// Takes a datagram that is sent now.
    public mutating func send(_ datagram: Datagram, at now: Instant) {
        // Always as many draws, so that one outcome does not change the luck of what follows.
        let isLost = chance() < conditions.loss
        let isLate = chance() < conditions.reordering
        let isDoubled = chance() < conditions.duplication
        let jitter = conditions.jitter * chance()
        guard !isLost, let departure = departure(of: datagram, at: now) else {
            dropped += 1
            return
        }
        var delivery = departure + conditions.delay + jitter
        if isLate {
            // Late enough to be overtaken by what is sent in the next while.
            delivery = max(delivery, newest ?? delivery) + conditions.jitter / 2 + .milliseconds(10)
            reordered += 1
        } else {
            delivery = max(delivery, newest ?? delivery)
            newest = delivery
        }
        insert(datagram, delivery: delivery)
        if isDoubled { insert(datagram, delivery: delivery + .milliseconds(1)) }
    }

    /// The datagrams that have arrived by now, in order of arrival.
    public mutating func poll(at now: Instant) -> [Datagram] {
        let count = flights.firstIndex { $0.delivery > now } ?? flights.count
        let arrived = flights[..<count].map(\.datagram)
        flights.removeFirst(count)
        return arrived
    }

    private mutating func departure(of datagram: Datagram, at now: Instant) -> Instant? {
        guard let rate = conditions.bitsPerSecond else { return now }
        let start = max(lineFree ?? now, now)
        guard start - now <= conditions.queueLimit else { return nil }
        // 28 bytes of IP and UDP headers count too.
        let bits = (datagram.bytes.count + 28) * 8
        let free = start + .nanoseconds(Int64(bits) * 1_000_000_000 / Int64(max(rate, 1)))
        lineFree = free
        return free
    }

    private mutating func insert(_ datagram: Datagram, delivery: Instant) {
        var index = flights.count
        while index > 0, flights[index - 1].delivery > delivery { index -= 1 }
        flights.insert(Flight(datagram: datagram, delivery: delivery), at: index)
    }

    private mutating func chance() -> Double { Double.random(in: 0..<1, using: &generator) }
}
