import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO
import Signaling

// The two peer connections: the subscriber's, on which the server offers, and the publisher's, on which we do.
extension RoomEngine {
    /// Makes both connections of a new session.
    func openLinks() {
        guard let ports else { preconditionFailure("a session is started with ports for its media") }
        subscriber = openLink(.subscriber, over: ports.subscriber)
        let link = openLink(.publisher, over: ports.publisher)
        publisher = link
        let now = now
        for (label, isOrdered) in [(Self.lossyLabel, false), (Self.reliableLabel, true)] {
            let id = link.peer.openDataChannel(
                label: label,
                ordered: isOrdered,
                maxRetransmits: isOrdered ? nil : 0,
                negotiatedStream: nil,
                at: now
            )
            link.channels[label] = (id, false)
        }
        link.flush()
    }

    /// Ends both connections.
    func closeLinks() {
        let now = now
        subscriber?.close(at: now)
        publisher?.close(at: now)
        subscriber = nil
        publisher = nil
    }

    private func openLink(_ target: Livekit_SignalTarget, over port: PeerHub) -> PeerLink {
        let origin = wallClockOrigin
        let peer = PeerConnection(
            configuration: PeerConfiguration(
                certificate: port.certificate,
                iceRole: target == .publisher ? .controlling : .controlled,
                localCandidates: port.localCandidates,
                wallClock: { origin + .nanoseconds($0.nanoseconds) },
                label: target == .publisher ? "publisher" : "subscriber"
            ),
            now: now
        )
        let link = PeerLink(target: target, peer: peer, candidates: port.localCandidates)
        link.attachment = port.attach(peer) { [weak self, weak link] event in
            if let link { self?.peerReported(event, from: link) }
        }
        return link
    }

    private func link(_ target: Livekit_SignalTarget) -> PeerLink? {
        target == .publisher ? publisher : subscriber
    }

    private func peerReported(_ event: PeerEvent, from link: PeerLink) {
        // Reports of an earlier session's connections may still be under way.
        guard !isEnded, link === subscriber || link === publisher else { return }
        switch event {
        case .media(let media): receive(media)
        case .senderReport(let mid, _, let ntp, let timestamp, _):
            routes[mid]?.pipeline?.senderReport(wall: ntp, timestamp: timestamp)
        case .connectionState(let state): connectionChanged(link, to: state)
        case .trackAdded(let track), .trackChanged(let track): route(track)
        case .trackRemoved(let track): unroute(track.mid)
        case .keyFrameRequested(let sender, let rid): keyFrameRequested(of: sender, rid: rid)
        case .senderRefused(let sender): senderRefused(sender)
        case .dataChannelOpened(let id, let label): channelOpened(id, label: label, on: link)
        case .dataChannelMessage(let id, let bytes, let isBinary):
            if isBinary { receiveData(bytes, on: id, from: link) }
        case .dataChannelClosed(let id): channelClosed(id, on: link)
        case .roundTripTime, .bandwidthEstimate, .transportFeedback, .receiverReport:
            break  // for a sender that adapts; the layers published here have fixed rates
        }
    }

    private func connectionChanged(_ link: PeerLink, to state: PeerConnectionState) {
        link.state = state
        logger.debug("peer connection", metadata: ["target": "\(link.target)", "state": "\(state)"])
        switch state {
        case .connected where link === primary:
            perform(signal.transportConnected(at: now))
        case .failed:
            let reason: Livekit_ReconnectReason =
                link.target == .publisher ? .rrPublisherFailed : .rrSubscriberFailed
            perform(signal.transportFailed(reason, at: now))
        default:
            break  // a disconnected transport often comes back by itself; `failed` says that it did not
        }
    }
}

// MARK: - Descriptions

extension RoomEngine {
    /// Answers the server's offer.
    func receiveOffer(_ offer: Livekit_SessionDescription) {
        guard let subscriber else { return }
        offeredTracks = offer.midToTrackID
        do {
            let sdp = try subscriber.answer(offer, at: now)
            var answer = Livekit_SessionDescription()
            answer.type = "answer"
            answer.sdp = sdp
            answer.id = offer.id
            subscriber.lastAnswer = answer
            var request = Livekit_SignalRequest()
            request.answer = answer
            send(request)
            trickle(on: subscriber, describedBy: sdp)
            subscriber.flush()
        } catch {
            negotiationFailed("the server's offer cannot be answered: \(error)")
        }
    }

    /// Takes the answer to our own offer.
    func receiveAnswer(_ answer: Livekit_SessionDescription) {
        guard let publisher, publisher.negotiation.answered(id: answer.id) else { return }
        do {
            try publisher.accept(answer, at: now)
            publisher.flush()
        } catch {
            negotiationFailed("the server's answer cannot be used: \(error)")
            return
        }
        publicationsNegotiated()
        if publisher.negotiation.needsAnother { offer(on: publisher, iceRestart: false) }
    }

    /// Takes a candidate the server found.
    func receiveCandidate(_ trickle: Livekit_TrickleRequest) {
        guard let link = link(trickle.target), let candidate = TrickledCandidate(json: trickle.candidateInit) else {
            logger.debug("a trickled candidate could not be read")
            return
        }
        guard !candidate.candidate.isEmpty else { return }  // the end of candidates
        do {
            try link.add(candidate.candidate, at: now)
            link.flush()
        } catch {
            // Candidates of kinds not supported here are no reason to give up the others.
            logger.debug("a trickled candidate is not used", metadata: ["reason": "\(error)"])
        }
    }

    /// Something of the publisher's connection changed: offers it, now or after the offer under way.
    func negotiatePublisher() {
        guard let publisher, signal.isOpen, publisher.negotiation.need() else { return }
        offer(on: publisher, iceRestart: false)
    }

    /// Makes and sends an offer.
    func offer(on link: PeerLink, iceRestart: Bool) {
        do {
            var offer = Livekit_SessionDescription()
            offer.type = "offer"
            offer.sdp = try link.peer.createOffer(iceRestart: iceRestart, at: now)
            offer.id = link.negotiation.offering(at: now)
            link.lastOffer = offer
            var request = Livekit_SignalRequest()
            request.offer = offer
            send(request)
            trickle(on: link, describedBy: offer.sdp)
            link.flush()
        } catch {
            negotiationFailed("no offer could be made: \(error)")
        }
        arm()
    }

    /// An offer that is not answered in time cannot be mended by waiting.
    func checkNegotiation(at now: Instant) {
        guard let publisher, let deadline = publisher.negotiation.deadline, now >= deadline else { return }
        publisher.negotiation.abandon()
        if signal.isOpen { negotiationFailed("the server did not answer an offer") }
    }

    private func negotiationFailed(_ text: String) {
        logger.warning("negotiation failed, joining again", metadata: ["reason": "\(text)"])
        perform(signal.restart(at: now))
    }

    /// Sends our candidates one by one if the description does not carry them.
    private func trickle(on link: PeerLink, describedBy sdp: String) {
        guard !sdp.contains("a=candidate:") else { return }
        let mid = sdp.split(whereSeparator: \.isNewline).first { $0.hasPrefix("a=mid:") }?.dropFirst(6)
        for (index, candidate) in link.candidates.enumerated() {
            let line = TrickledCandidate(candidate: candidate.serialized(), sdpMid: String(mid ?? "0"))
            var request = Livekit_SignalRequest()
            request.trickle.candidateInit = line.json
            request.trickle.target = link.target
            request.trickle.final = index == link.candidates.count - 1
            send(request)
        }
    }
}
