/// How a client chooses among the servers that offer to take its call.
public struct Selection: Sendable, Hashable {
    /// How long offers are collected; nil: as long as the call lasts.
    public var affinityTimeout: Duration?
    /// How long offers are collected after the first acceptable one; nil: no shorter for having one.
    public var shortCircuit: Duration?
    /// An offer of at least this is taken at once.
    public var maximumAffinity: Float?
    /// Offers below this are not considered.
    public var minimumAffinity: Float?
    /// Whether the first acceptable offer is taken at once.
    public var acceptFirst: Bool

    /// A way to choose.
    public init(
        affinityTimeout: Duration? = .seconds(1),
        shortCircuit: Duration? = nil,
        maximumAffinity: Float? = nil,
        minimumAffinity: Float? = nil,
        acceptFirst: Bool = false
    ) {
        self.affinityTimeout = affinityTimeout
        self.shortCircuit = shortCircuit
        self.maximumAffinity = maximumAffinity
        self.minimumAffinity = minimumAffinity
        self.acceptFirst = acceptFirst
    }

    /// The first server that offers, within a second: the default of methods without affinity.
    public static let first = Selection(acceptFirst: true)
    /// The best offer of 200 ms after the first one: the default of methods with affinity.
    public static let best = Selection(shortCircuit: .milliseconds(200))
    /// The first server that already records and has room, else the best within 500 ms of the first offer.
    public static let startEgress = Selection(shortCircuit: .milliseconds(500), maximumAffinity: 1)
    /// The first server that offers, however long it takes: how workers report to room servers.
    public static let patient = Selection(affinityTimeout: nil, acceptFirst: true)

    /// Whether an offer counts at all.
    func accepts(_ affinity: Float) -> Bool {
        guard let minimumAffinity, minimumAffinity > 0 else { return true }
        return affinity >= minimumAffinity
    }

    /// Whether an offer ends the search.
    func takesAtOnce(_ affinity: Float) -> Bool {
        if acceptFirst { return true }
        guard let maximumAffinity, maximumAffinity > 0 else { return false }
        return affinity >= maximumAffinity
    }
}
