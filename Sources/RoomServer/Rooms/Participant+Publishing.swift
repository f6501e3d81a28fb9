import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// Whether it may publish from a source.
    func mayPublish(_ source: Livekit_TrackSource) -> Bool {
        permission.canPublish
            && (permission.canPublishSources.isEmpty || permission.canPublishSources.contains(source))
    }

    /// Takes the announcement of a track.
    func addTrack(_ request: Livekit_AddTrackRequest) {
        let outcome = pending.announce(
            request,
            mayPublish: mayPublish(request.source),
            publishedCIDs: Set(published.values.map(\.cid))
        )
        switch outcome {
        case .refused(let reason, let message):
            respond(reason, message, to: .addTrack(request))
        case .accepted(let info):
            send(.trackPublished(cid: request.cid, track: info))
            // The session description may have come first.
            _ = synchroniseTracks()
        }
    }

    /// Publishes a track of the session description, if it was announced.
    ///
    /// - Returns: the codecs to accept it in; nil when nothing is known of it yet.
    func publish(_ remote: RemoteTrack) -> [Codec]? {
        let type: Livekit_TrackType = remote.kind == .audio ? .audio : .video
        guard let announced = pending.match(type: type, trackID: remote.trackID, streamID: remote.streamID) else {
            return nil
        }
        let track = PublishedTrack(pending: announced, remote: remote, publisher: self, at: room.environment.now)
        published[track.sid] = track
        publishedByMid[remote.mid] = track
        track.preferredCodecs = TrackDescription.preferred(announced.request, kind: remote.kind)
        profile.isPublisher = true
        logger.info(
            "track published",
            metadata: ["track": "\(track.sid)", "codec": "\(track.info.mimeType)", "mid": "\(remote.mid)"]
        )
        changed()
        room.published(track)
        report("track_published", track)
        startAutoEgress(of: track)
        return track.preferredCodecs
    }

    /// Ends a track that its publisher has stopped sending.
    func unpublish(_ track: PublishedTrack) {
        published[track.sid] = nil
        publishedByMid[track.mid] = nil
        dropSubscribers(of: track)
        logger.info("track unpublished", metadata: ["track": "\(track.sid)"])
        if published.isEmpty { profile.isPublisher = false }
        changed()
        report("track_unpublished", track)
        if let next = pending.cidReleased(track.cid) {
            send(.trackPublished(cid: next.cid, track: next.info))
        }
    }

    /// Ends a track by the server's decision.
    func revoke(_ track: PublishedTrack) {
        unpublish(track)
        if traits.understandsUnpublish { send(.trackUnpublished(track.sid)) }
    }

    /// Takes a track away from everybody who has it.
    func dropSubscribers(of track: PublishedTrack) {
        for subscription in track.subscriptions { subscription.subscriber.lost(subscription) }
        for participant in room.participants { participant.forget(track.sid) }
    }

    /// Somebody subscribes for the first time.
    func tellSubscribed(_ sid: TrackSID) {
        if traits.takesRequestResponses { send(.trackSubscribed(sid)) }
    }

    /// Asks the client for a key frame.
    func requestKeyFrame(mid: Mid, rid: String?) {
        legs.publisher.peer.requestKeyFrame(mid: mid, rid: rid, at: room.environment.now)
        legs.publisher.touched()
    }

    // MARK: Changes of tracks

    /// The client has muted or unmuted a track.
    func setMuted(_ request: Livekit_MuteTrackRequest) {
        let sid = TrackSID(rawValue: request.sid)
        if let track = published[sid] {
            guard track.info.muted != request.muted else { return }
            track.info.muted = request.muted
            changed()
        } else if !pending.setMuted(sid, request.muted) {
            respond(.notFound, "no such track: \(request.sid)", to: .mute(request))
        }
    }

    func updateAudioTrack(_ update: Livekit_UpdateLocalAudioTrack) {
        guard let track = published[TrackSID(rawValue: update.trackSid)], track.kind == .audio else {
            respond(.notFound, "no such audio track: \(update.trackSid)", to: .updateAudioTrack(update))
            return
        }
        track.info.audioFeatures = update.features
        track.info.stereo = update.features.contains(.tfStereo)
        track.info.disableDtx = update.features.contains(.tfNoDtx)
        changed()
    }

    func updateVideoTrack(_ update: Livekit_UpdateLocalVideoTrack) {
        guard let track = published[TrackSID(rawValue: update.trackSid)], track.kind == .video else {
            respond(.notFound, "no such video track: \(update.trackSid)", to: .updateVideoTrack(update))
            return
        }
        track.info.width = update.width
        track.info.height = update.height
        changed()
    }

    /// The client says who may have its tracks.
    func updatePolicy(_ permission: Livekit_SubscriptionPermission) {
        policy.apply(permission)
        for track in published.values { room.published(track) }
    }
}
