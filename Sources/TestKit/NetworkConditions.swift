/// How a network treats datagrams on their way in one direction.
public struct NetworkConditions: Sendable, Hashable {
    /// Share of datagrams lost, 0…1.
    public var loss: Double
    /// What every datagram takes at least.
    public var delay: Duration
    /// Greatest delay on top, drawn evenly.
    ///
    /// It does not reorder: a datagram waits for the one before it.
    public var jitter: Duration
    /// Share of datagrams that are overtaken by later ones, 0…1.
    public var reordering: Double
    /// Share of datagrams that arrive twice, 0…1.
    public var duplication: Double
    /// Bits a second that pass; what exceeds them queues up.
    ///
    /// Nil for no limit.
    public var bitsPerSecond: Int?
    /// The longest a datagram queues for the rate; what would wait longer is lost.
    public var queueLimit: Duration

    /// Makes conditions; by default a perfect network.
    public init(
        loss: Double = 0,
        delay: Duration = .zero,
        jitter: Duration = .zero,
        reordering: Double = 0,
        duplication: Double = 0,
        bitsPerSecond: Int? = nil,
        queueLimit: Duration = .milliseconds(500)
    ) {
        self.loss = loss
        self.delay = delay
        self.jitter = jitter
        self.reordering = reordering
        self.duplication = duplication
        self.bitsPerSecond = bitsPerSecond
        self.queueLimit = queueLimit
    }
}
