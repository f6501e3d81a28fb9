package import RoomClient

/// Where a session publishes: a room, as far as a session has to do with it.
package protocol TrackPublisher: Sendable {
    /// What happens in the room, from joining on; for one consumer.
    var events: AsyncStream<PublisherEvent> { get }
    /// Joins the room; called once.
    func join() async throws(IngressSessionError)
    /// Publishes a track; called after joining.
    func publish(_ description: LocalTrackDescription) async throws(IngressSessionError) -> any PublishedTrack
    /// Leaves the room; called once, whether it was joined or not.
    func leave() async
}
