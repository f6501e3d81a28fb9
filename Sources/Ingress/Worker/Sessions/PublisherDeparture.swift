/// How a publisher went that had been let in.
enum PublisherDeparture: Sendable, Hashable {
    /// It ended its stream, or was sent away for a reason that its session knows: nobody is waited for.
    case finished
    /// Its connection is gone without a word: it may come back.
    case lost
    /// It was sent away, or given up, for this reason, which becomes that of its session.
    case failed(IngressSessionError)

    /// Whether the session waits for somebody.
    var isAwaited: Bool { self == .lost }
}
