package import LiveKitProtocol

/// Hears what becomes of a publisher and of its media; called on the hub's loop, so it must return at once.
package protocol WHIPObserver: AnyObject, Sendable {
    /// A publisher takes the destination over: the first, or one that comes back.
    func attached(_ session: WHIPSession)
    /// The tracks in the room `room` (`RM_…`, empty if not known), each time one is added or replaced; where media goes through
    /// as it is.
    func publishing(_ tracks: [Livekit_TrackInfo], room: String)
    /// What arrives: on a change, and once a minute.
    func inputChanged(_ state: WHIPInputState)
    /// The publisher is gone; without another within `grace` the destination ends.
    func publisherLost(_ reason: String, grace: Duration)
    /// The publisher is heard again on the same connection.
    func publisherRecovered()
    /// It is over; nothing follows.
    func ended(_ reason: WHIPEnd)
}

extension WHIPObserver {
    /// Nothing to note.
    package func attached(_ session: WHIPSession) {}
    /// Nothing to note.
    package func publishing(_ tracks: [Livekit_TrackInfo], room: String) {}
    /// Nothing to note.
    package func inputChanged(_ state: WHIPInputState) {}
    /// Nothing to note.
    package func publisherLost(_ reason: String, grace: Duration) {}
    /// Nothing to note.
    package func publisherRecovered() {}
}
