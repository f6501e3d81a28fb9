import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import Signaling

// Published tracks: announced by signalling, accepted by the server, then offered on the publisher's connection.
extension RoomEngine {
    /// Most tracks one client publishes; servers refuse more than 20 that wait.
    static let maximumPublications = 64

    /// Publishes a track.
    func publish(
        _ description: LocalTrackDescription,
        _ done: @escaping @Sendable (Result<LocalTrack, RoomClientError>) -> Void
    ) {
        loop.preconditionInEventLoop()
        if let fault = description.fault {
            done(.failure(RoomClientError(.invalidArgument, "the track cannot be published: \(fault)")))
            return
        }
        guard !isEnded, room.local != nil else {
            done(.failure(RoomClientError(.notConnected, "tracks are published after joining the room")))
            return
        }
        guard publications.count < Self.maximumPublications else {
            done(.failure(RoomClientError(.invalidArgument, "one client publishes at most 64 tracks")))
            return
        }
        // Servers take the track part of the `msid` for this identifier: it has to be one word.
        let publication = Publication(cid: TrackSID.random().rawValue, description: description)
        publication.completion = done
        publications[publication.cid] = publication
        announce(publication)
        arm()
    }

    /// Ends a published track: its media section becomes inactive, which the server takes for the end.
    func unpublish(_ track: LocalTrack) {
        loop.preconditionInEventLoop()
        guard let publication = publications.removeValue(forKey: track.cid) else { return }
        track.end()
        guard let sender = publication.sender, let publisher else { return }
        publisher.peer.removeSender(sender)
        negotiatePublisher()
    }

    /// Tells the server that a track is muted or not.
    func setMuted(_ track: LocalTrack, _ isMuted: Bool) {
        loop.preconditionInEventLoop()
        guard let publication = publications[track.cid], publication.isMuted != isMuted else { return }
        publication.isMuted = isMuted
        sendMute(of: publication)
    }

    /// Tells the server the size of a track's largest pictures.
    func resize(to size: Publication.Size, cid: String) {
        guard let publication = publications[cid], publication.description.kind == .video else { return }
        let known =
            publication.size ?? publication.description.layers.last.map { .init(width: $0.width, height: $0.height) }
        guard known != size else { return }
        publication.size = size
        sendSize(of: publication)
    }

    /// Sends a frame of a track.
    func write(_ frame: EncodedFrame, rid: String?, cid: String) {
        guard let publication = publications[cid], !publication.isMuted, let sender = publication.sender,
            let publisher, publisher.state == .connected
        else { return }
        let rids = publication.description.rids
        guard rids.isEmpty || rid.map(rids.contains) == true else { return }
        let layer = rids.isEmpty ? nil : rid
        let first = SequenceNumber(rawValue: UInt16.random(in: 0..<0x8000))
        let codec = publication.description.codec
        let now = now
        let packets = publication.layers[layer ?? "", default: LayerSender(codec: codec, firstSequence: first)]
            .packets(of: frame)
        if let capturedAt = frame.capturedAt {
            publisher.peer.setSenderClock(
                sender,
                rid: layer,
                ntp: capturedAt,
                rtpTimestamp: frame.timestamp,
                at: now
            )
        }
        for packet in packets { publisher.peer.send(packet, on: sender, rid: layer, at: now) }
        publisher.flush()
    }

    private func announce(_ publication: Publication) {
        publication.deadline = now + Publication.patience
        send(publication.request)
    }

    private func sendSize(of publication: Publication) {
        guard let size = publication.size, let published = publication.published else { return }
        var request = Livekit_SignalRequest()
        request.updateVideoTrack.trackSid = published.track.sid
        request.updateVideoTrack.width = UInt32(clamping: size.width)
        request.updateVideoTrack.height = UInt32(clamping: size.height)
        send(request)
    }

    private func sendMute(of publication: Publication) {
        guard let published = publication.published else { return }  // the announcement says it
        var request = Livekit_SignalRequest()
        request.mute.sid = published.track.sid
        request.mute.muted = publication.isMuted
        send(request)
    }
}

// MARK: - What the server says

extension RoomEngine {
    /// The server accepted a track: it can be offered now.
    func trackPublished(_ published: Livekit_TrackPublishedResponse) {
        guard let publication = publications[published.cid], published.hasTrack, let publisher else { return }
        publication.published = published
        if let track = publication.track {
            track.accepted(published.track)
        } else {
            publication.track = makeTrack(publication, published.track)
        }
        if publication.sender == nil {
            let description = publication.description
            publication.sender = publisher.peer.addSender(
                kind: description.kind,
                codecs: [description.codec],
                streamID: room.local?.sid.rawValue ?? "-",
                trackID: publication.cid,
                rids: description.rids,
                stereo: description.isStereo
            )
        }
        negotiatePublisher()
    }

    /// An answer came: tracks that were in its offer are published.
    func publicationsNegotiated() {
        guard let publisher else { return }
        for publication in publications.values {
            guard let track = publication.track, let sender = publication.sender, publication.deadline != nil,
                publisher.peer.mid(of: sender) != nil
            else { continue }
            publication.deadline = nil
            publication.complete(.success(track))
            if publication.isMuted { sendMute(of: publication) }
            sendSize(of: publication)
        }
    }

    /// The server answered a request; of interest is only a refused track.
    func requestAnswered(_ response: Livekit_RequestResponse) {
        guard response.reason != .ok, response.reason != .queued else { return }
        guard case .addTrack(let request) = response.request else {
            let reason = "\(response.reason) \(response.message)"
            logger.debug("the server refused a request", metadata: ["reason": "\(reason)"])
            return
        }
        let text = "the server refused the track: \(response.reason) \(response.message)"
        fail(request.cid, RoomClientError(.notPermitted, text))
    }

    /// The answer does not take a track we offered.
    func senderRefused(_ sender: SenderID) {
        guard let publication = publications.values.first(where: { $0.sender == sender }) else { return }
        let codec = publication.description.codec.mimeType
        fail(publication.cid, RoomClientError(.notPermitted, "the server does not take \(codec)"))
    }

    /// The server ended a track of ours.
    func trackUnpublished(_ sid: TrackSID) {
        guard let publication = publication(of: sid), let track = publication.track else { return }
        unpublish(track)
        publication.complete(.failure(RoomClientError(.notPermitted, "the server ended the track")))
        emit(.localTrackUnpublished(sid))
    }

    /// The server mutes or unmutes a track of ours; saying so in return is what makes it so for the others.
    func muted(_ sid: TrackSID, isMuted: Bool) {
        guard let publication = publication(of: sid) else { return }
        publication.isMuted = isMuted
        sendMute(of: publication)
        emit(.localTrackMuted(sid, isMuted: isMuted))
    }

    /// The server says which layers somebody looks at.
    func qualitiesChanged(_ update: Livekit_SubscribedQualityUpdate) {
        guard let publication = publication(of: TrackSID(rawValue: update.trackSid)) else { return }
        let codec = publication.description.codec.encodingName.lowercased()
        let own = update.subscribedCodecs.first { $0.codec.lowercased().hasSuffix(codec) }
        guard let qualities = own?.qualities ?? (update.subscribedCodecs.isEmpty ? update.subscribedQualities : nil)
        else { return }
        publication.track?.enable(layers: publication.description.rids(enabledBy: qualities))
    }

    /// Somebody needs a key frame.
    func keyFrameRequested(of sender: SenderID, rid: String?) {
        publications.values.first { $0.sender == sender }?.track?.keyFrameRequested(rid: rid)
    }

    private func publication(of sid: TrackSID) -> Publication? {
        publications.values.first { $0.published?.track.sid == sid.rawValue }
    }

    private func makeTrack(_ publication: Publication, _ info: Livekit_TrackInfo) -> LocalTrack {
        LocalTrack(
            description: publication.description,
            cid: publication.cid,
            info: info,
            loop: loop,
            output: { [weak self] frame, rid, cid in self?.write(frame, rid: rid, cid: cid) },
            resize: { [weak self] size, cid in self?.resize(to: size, cid: cid) }
        )
    }
}

// MARK: - Sessions

extension RoomEngine {
    /// A new session knows nothing of our tracks.
    func announcePublicationsAgain() {
        for publication in publications.values {
            publication.published = nil
            publication.sender = nil
            announce(publication)
        }
    }

    /// After a resume: an announcement may have been lost with the connection.
    func announcePendingPublications() {
        for publication in publications.values {
            if publication.published == nil { announce(publication) }
            if publication.deadline != nil { publication.deadline = now + Publication.patience }
        }
    }

    /// Fails what the server has left unanswered for too long.
    func checkPublications(at now: Instant) {
        guard signal.isOpen else { return }
        for publication in publications.values {
            guard let deadline = publication.deadline, now >= deadline else { continue }
            fail(publication.cid, RoomClientError(.timeout, "the server did not accept the track in time"))
        }
    }

    /// The session is over.
    func endPublications(_ error: RoomClientError) {
        for publication in publications.values {
            publication.complete(.failure(error))
            publication.track?.end()
        }
        publications = [:]
    }

    private func fail(_ cid: String, _ error: RoomClientError) {
        guard let publication = publications.removeValue(forKey: cid) else { return }
        if let sender = publication.sender { publisher?.peer.removeSender(sender) }
        publication.track?.end()
        let wasKnown = publication.completion == nil
        publication.complete(.failure(error))
        if wasKnown, let track = publication.track { emit(.localTrackUnpublished(track.sid)) }
    }
}
