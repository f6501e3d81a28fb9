/// Who stays when somebody publishes with a key that is in use (`publisher_conflict`).
public enum PublisherConflict: String, Sendable, Hashable, CaseIterable {
    /// The one that comes takes the session over; the one before is disconnected.
    ///
    /// An encoder whose connection broke without anybody noticing is back at once.
    case newest
    /// The one that comes is refused.
    case oldest
}
