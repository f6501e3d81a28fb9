import LiveKitProtocol
import Logging
import Signaling

extension Participant {
    /// Ends the stay and tells everybody why.
    func close(_ reason: Livekit_DisconnectReason) {
        guard !isClosed else { return }
        logger.info("participant leaves", metadata: ["reason": "\(reason)"])
        if reason != .clientInitiated { send(.leave(reason, .disconnect)) }
        session?.close()
        session = nil
        for subscription in subscriptions.values { subscription.track.remove(subscription) }
        subscriptions = [:]
        subscriptionsBySender = [:]
        markClosed()
        let tracks = published.values
        published = [:]
        publishedByMid = [:]
        for track in tracks {
            dropSubscribers(of: track)
            report("track_unpublished", track)
        }
        let wasActive = profile.state == .active
        profile.state = .disconnected
        profile.disconnectReason = reason
        profile.version &+= 1
        legs.close(at: room.environment.now)
        room.remove(self)
        report(wasActive ? "participant_left" : "participant_connection_aborted")
        room.broadcast(self, includingSelf: false)
        room.announceCounts(at: room.environment.now)
    }
}
