/// What a room tells a session.
package enum PublisherEvent: Sendable, Hashable {
    /// The room was joined; it is named `RM_…`.
    case joined(roomID: String)
    /// Tracks may have other names than before.
    case tracksRenamed
    /// The session's presence in the room is over, for this reason; no event follows.
    case left(IngressSessionError)
}
