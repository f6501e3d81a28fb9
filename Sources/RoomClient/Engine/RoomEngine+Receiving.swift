import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import Signaling

// Subscriptions: wishes, the media sections they arrive in, and the packets.
extension RoomEngine {
    /// Asks for a track, or hands an asked-for track to another receiver.
    func subscribe(_ track: TrackSID, of participant: ParticipantSID, receiver: any TrackReceiver) {
        loop.preconditionInEventLoop()
        guard !isEnded else { return receiver.trackEnded() }
        if let known = subscriptions[track] {
            guard known.receiver !== receiver else { return }
            known.receiver.trackEnded()
            known.receiver = receiver
            known.pipeline?.restartDecoding()
            return
        }
        let subscription = Subscription(track: track, participant: participant, receiver: receiver)
        subscriptions[track] = subscription
        if let mid = subscriber?.peer.remoteTracks.first(where: { $0.isActive && trackSID(of: $0) == track })?.mid {
            route(subscription, to: mid)
        }
        ask(for: subscription)
    }

    /// Tells the server of a wish.
    func ask(for subscription: Subscription) {
        guard signal.isOpen else { return }  // joining and resuming tell it all wishes
        if subscription.mid == nil { subscription.deadline = now + Subscription.patience }
        send(subscription.request(subscribe: true))
        if let settings = subscription.settingsRequest { send(settings) }
        arm(for: subscription, at: now)
    }

    /// Ends a wish.
    func unsubscribe(_ track: TrackSID) {
        loop.preconditionInEventLoop()
        guard let subscription = subscriptions[track] else { return }
        send(subscription.request(subscribe: false))
        endSubscription(track)
    }

    /// The track is over: what has arrived of it is handed on.
    func endSubscription(_ track: TrackSID) {
        guard let subscription = subscriptions.removeValue(forKey: track) else { return }
        if let mid = subscription.mid { routes[mid] = nil }
        subscription.end()
    }

    /// Sets how a video track is wanted.
    func set(_ settings: Subscription.Settings, for track: TrackSID) {
        loop.preconditionInEventLoop()
        guard let subscription = subscriptions[track], subscription.settings != settings else { return }
        subscription.settings = settings
        if let request = subscription.settingsRequest { send(request) }
    }

    /// Asks for a key frame, as soon as the last request is old enough.
    func requestKeyFrame(_ track: TrackSID) {
        loop.preconditionInEventLoop()
        guard let subscription = subscriptions[track] else { return }
        subscription.pipeline?.wantKeyFrame()
        check(subscription, at: now)
        arm(for: subscription, at: now)
    }

    /// What happened to a track so far.
    func statistics(of track: TrackSID) -> TrackStatistics? {
        guard let subscription = subscriptions[track] else { return nil }
        return subscription.pipeline?.statistics ?? TrackStatistics()
    }

    /// Does what is due for a subscription.
    func check(_ subscription: Subscription, at now: Instant) {
        subscription.deliver(at: now)
        if subscription.pipeline?.keyFrameRequestIsDue(at: now) == true, let mid = subscription.mid, let subscriber {
            subscriber.peer.requestKeyFrame(mid: mid, rid: nil, at: now)
            subscriber.flush()
        }
        if let deadline = subscription.deadline, now >= deadline {
            subscription.deadline = nil
            let text = "the track did not arrive within \(Subscription.patience)"
            emit(.subscriptionFailed(subscription.track, reason: text))
        }
    }
}

// MARK: - Media

extension RoomEngine {
    /// Takes a packet to its track.
    func receive(_ media: ReceivedMedia) {
        guard let subscription = routes[media.mid] else { return }  // nobody here asked for it
        if subscription.pipeline == nil { subscription.pipeline = makePipeline(media.codec) }
        subscription.pipeline?.receive(
            media.packet,
            codec: media.codec,
            dependencyDescriptor: media.extensionNumber(.dependencyDescriptor),
            at: media.arrival
        )
        check(subscription, at: media.arrival)
        arm(for: subscription, at: media.arrival)
    }

    /// A media section carries a track, or another track than before.
    func route(_ track: RemoteTrack) {
        let sid = track.isActive ? trackSID(of: track) : nil
        if let sid, routes[track.mid]?.track == sid { return }  // as before, in other respects changed
        unroute(track.mid)
        guard let sid, let subscription = subscriptions[sid] else { return }
        route(subscription, to: track.mid)
    }

    /// A media section carries nothing any more.
    func unroute(_ mid: Mid) {
        guard let subscription = routes.removeValue(forKey: mid) else { return }
        // The wish stays: the server may bring the track in another section, or say that it is gone.
        subscription.interrupt()
    }

    private func route(_ subscription: Subscription, to mid: Mid) {
        if let former = subscription.mid, former != mid { routes[former] = nil }
        subscription.mid = mid
        subscription.deadline = nil
        routes[mid] = subscription
    }

    /// Which track a media section carries.
    ///
    /// Servers say it as track part of the `msid`, as stream part behind the participant (`PA_…|TR_…`), or beside the
    /// description.
    private func trackSID(of track: RemoteTrack) -> TrackSID? {
        if track.trackID.hasPrefix("TR_") { return TrackSID(rawValue: track.trackID) }
        let parts = track.streamID.split(separator: "|", maxSplits: 1)
        if parts.count == 2, parts[1].hasPrefix("TR_") { return TrackSID(rawValue: String(parts[1])) }
        return offeredTracks[track.mid.rawValue].map { TrackSID(rawValue: $0) }
    }

    private func makePipeline(_ codec: Codec) -> ReceivePipeline {
        var settings = JitterBuffer.Settings()
        settings.hold = configuration.jitterBufferDepth
        settings.maximumHold = configuration.maximumJitterBufferDepth
        return ReceivePipeline(kind: codec.kind, clockRate: codec.clockRate, settings: settings)
    }
}
