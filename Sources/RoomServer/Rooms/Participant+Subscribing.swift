import Forwarding
import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// Takes the client's wish about tracks.
    func updateSubscription(_ update: Livekit_UpdateSubscription) {
        subscribe(SubscriptionWishes.tracks(of: update), update.subscribe)
    }

    /// Takes a wish about tracks, the client's or the server API's.
    func subscribe(_ tracks: [TrackSID], _ wanted: Bool) {
        wishes.apply(tracks, subscribe: wanted)
        for sid in tracks {
            if let track = room.track(sid) { reconcileSubscription(to: track) }
        }
    }

    /// Takes what the client wants of tracks it has or will have.
    func updateSettings(_ update: Livekit_UpdateTrackSettings) {
        for sid in update.trackSids.map(TrackSID.init(rawValue:)) {
            guard settings[sid] != nil || settings.count < SubscriptionWishes.maximumTracks else { continue }
            settings[sid] = update
            guard let subscription = subscriptions[sid] else { continue }
            subscription.apply(update)
            subscription.track.tick(at: room.environment.now)
            subscription.track.updateDemand(at: room.environment.now)
        }
    }

    /// Brings all subscriptions in line with wishes and permissions.
    func reconcileSubscriptions() {
        for track in room.tracks(notOf: self) { reconcileSubscription(to: track) }
    }

    /// Brings one subscription in line with wish and permission.
    func reconcileSubscription(to track: PublishedTrack) {
        guard !isClosed, profile.state != .joining, track.publisher !== self else { return }
        let wanted = wishes.wants(track.sid) && permission.canSubscribe && sees(track.publisher)
        let allowed =
            isRecorder || track.publisher.policy.allows(track: track.sid, subscriber: sid, identity: identity)
        tellAllowed(track, allowed: allowed, wanted: wanted)
        switch (wanted && allowed, subscriptions[track.sid]) {
        case (true, nil): subscribe(to: track)
        case (false, let subscription?): unsubscribe(subscription)
        default: break
        }
    }

    private func subscribe(to track: PublishedTrack) {
        let leg = legs.subscriber
        let sender = leg.peer.addSender(
            kind: track.kind,
            codecs: track.codecs,
            streamID: streamID(of: track),
            trackID: track.sid.rawValue,
            stereo: track.info.stereo || track.info.audioFeatures.contains(.tfStereo)
        )
        let subscription = TrackSubscription(
            track: track,
            subscriber: self,
            sender: sender,
            leg: leg,
            startsLow: adaptsStreams
        )
        subscriptions[track.sid] = subscription
        subscriptionsBySender[sender] = subscription
        if let wish = settings[track.sid] { subscription.apply(wish) }
        track.add(subscription)
        logger.debug("subscribed", metadata: ["track": "\(track.sid)"])
        renegotiate(fast: true)
    }

    /// Ends a subscription by wish or permission.
    func unsubscribe(_ subscription: TrackSubscription) {
        subscription.track.remove(subscription)
        lost(subscription)
    }

    /// A subscription has ended with its track.
    func lost(_ subscription: TrackSubscription) {
        subscriptions[subscription.track.sid] = nil
        subscriptionsBySender[subscription.sender] = nil
        guard !isClosed else { return }
        legs.subscriber.peer.removeSender(subscription.sender)
        logger.debug("unsubscribed", metadata: ["track": "\(subscription.track.sid)"])
        renegotiate(fast: false)
    }

    /// A track will not come back.
    func forget(_ track: TrackSID) {
        wishes.forget(track)
        settings[track] = nil
        denied.remove(track)
    }

    /// The client cannot take any codec of a track.
    func refused(_ sender: SenderID) {
        guard let subscription = subscriptionsBySender[sender] else { return }
        let sid = subscription.track.sid
        logger.info("no common codec", metadata: ["track": "\(sid)", "codec": "\(subscription.track.info.mimeType)"])
        wishes.apply([sid], subscribe: false)
        unsubscribe(subscription)
        send(.subscriptionFailed(sid, .seCodecUnsupported))
    }

    private func tellAllowed(_ track: PublishedTrack, allowed: Bool, wanted: Bool) {
        let isNews = allowed ? denied.remove(track.sid) != nil : wanted && denied.insert(track.sid).inserted
        guard isNews else { return }
        send(.subscriptionPermission(participant: track.publisher.sid, track: track.sid, allowed: allowed))
    }

    /// By stream ids clients find the participant, and browsers what to keep in step.
    private func streamID(of track: PublishedTrack) -> String {
        let isGrouped =
            room.configuration.synchronisesStreams && traits.takesSynchronisedStreams && !track.info.stream.isEmpty
            && client.browser.lowercased() != "firefox"
        return "\(track.publisher.sid)|\(isGrouped ? track.info.stream : track.sid.rawValue)"
    }

    /// Whether it hears somebody: itself, or somebody it is subscribed to.
    func hears(_ other: ParticipantSID) -> Bool {
        other == sid || subscriptions.values.contains { $0.track.publisher.sid == other && $0.track.kind == .audio }
    }
}
