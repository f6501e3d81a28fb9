/// Why a publisher that was let in is disconnected.
enum PublisherDismissal: Sendable, Hashable {
    /// Another one with the same key has come.
    case takenOver
    /// The ingress was deleted or changed.
    case deleted
    /// The session is over, as its state says.
    case sessionOver
    /// The worker ends.
    case shuttingDown

    init(_ reason: IngressStopReason) {
        self =
            switch reason {
            case .requested, .deleted: .deleted
            case .shuttingDown: .shuttingDown
            case .replaced: .takenOver
            }
    }
}
