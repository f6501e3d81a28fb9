import FoundationEssentials
import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// The largest session description taken, in bytes; one with a hundred sections has about 200 kB.
    private static let maximumDescription = 1024 * 1024

    // MARK: The client offers

    /// Answers an offer: on the publisher connection, or on the only one.
    func handleOffer(_ offer: Livekit_SessionDescription) {
        guard offer.sdp.utf8.count <= Self.maximumDescription else {
            respond(.limitExceeded, "the session description is too large")
            return
        }
        let now = room.environment.now
        let peer = legs.publisher.peer
        do {
            try peer.setRemoteOffer(offer.sdp, at: now)
            let preferred = synchroniseTracks()
            let answer = try peer.createAnswer(preferredCodecs: preferred, at: now)
            // Others hear of new tracks before they are offered them; the publisher before it is answered.
            settleSubscriptions()
            send(.description(type: "answer", sdp: answer, id: offer.id, tracks: tracksByMid()))
        } catch {
            logger.warning("offer refused", metadata: ["error": "\(error)"])
            respond(.invalidRequest, "cannot apply the offer: \(error)")
        }
        legs.publisher.touched()
        if legs.isSingle {
            let waiting = peer.unassignedSenders.values.contains { $0 > 0 }
            perform(sections.offered(stillWaiting: waiting, at: now))
        }
    }

    /// Brings published tracks in line with the client's session description.
    ///
    /// - Returns: the codecs to answer with by section, preferred first.
    func synchroniseTracks() -> [String: [Codec]] {
        let remote = legs.publisher.peer.remoteTracks.filter(\.isActive)
        for track in Array(publishedByMid.values)
        where !remote.contains(where: { $0.mid == track.mid && $0.trackID == track.remoteTrackID }) {
            unpublish(track)
        }
        var preferred: [String: [Codec]] = [:]
        for announcement in remote {
            if let track = publishedByMid[announcement.mid] {
                track.update(announcement)
                preferred[announcement.mid.rawValue] = track.preferredCodecs
            } else if let codecs = publish(announcement) {
                preferred[announcement.mid.rawValue] = codecs
            }
        }
        return preferred
    }

    // MARK: The server offers

    /// Does what a negotiation state asks for.
    func perform(_ action: OfferNegotiation.Action) {
        switch action {
        case .nothing: break
        case .schedule(let delay):
            room.environment.schedule(after: delay) { [weak self] in
                guard let self, !isClosed else { return }
                perform(offers.timerFired(at: room.environment.now))
            }
        case .sendOffer(let id): sendOffer(id: id)
        }
    }

    private func sendOffer(id: UInt32) {
        do {
            let sdp = try legs.subscriber.peer.createOffer(iceRestart: restartsICE, at: room.environment.now)
            restartsICE = false
            send(.description(type: "offer", sdp: sdp, id: id, tracks: tracksByMid()))
        } catch {
            logger.error("no offer could be made", metadata: ["error": "\(error)"])
        }
        legs.subscriber.touched()
    }

    /// Takes the answer to an offer.
    ///
    /// Ids are not compared: Rust and Go always answer with 0.
    func handleAnswer(_ answer: Livekit_SessionDescription) {
        let now = room.environment.now
        guard !legs.isSingle, offers.isAwaitingAnswer, answer.sdp.utf8.count <= Self.maximumDescription else {
            logger.debug("unexpected answer ignored")
            return
        }
        do {
            try legs.subscriber.peer.setRemoteAnswer(answer.sdp, at: now)
            settleSubscriptions()
        } catch {
            logger.warning("answer refused", metadata: ["error": "\(error)"])
            respond(.invalidRequest, "cannot apply the answer: \(error)")
        }
        legs.subscriber.touched()
        perform(offers.answered(at: now))
    }

    // MARK: The server asks for an offer

    /// Does what a section state asks for.
    func perform(_ action: SectionRequest.Action) {
        switch action {
        case .nothing: break
        case .schedule(let delay):
            room.environment.schedule(after: delay) { [weak self] in
                guard let self, !isClosed else { return }
                perform(sections.timerFired(at: room.environment.now))
            }
        case .ask: askForSections()
        }
    }

    func askForSections() {
        let waiting = legs.subscriber.peer.missingSections
        send(.mediaSections(audio: waiting[.audio] ?? 0, video: waiting[.video] ?? 0))
    }

    /// What is sent has changed: it is negotiated soon.
    func renegotiate(fast: Bool) {
        let now = room.environment.now
        if legs.isSingle {
            perform(sections.changed(at: now))
        } else {
            perform(offers.changed(fast: fast, at: now))
        }
    }

    /// The tracks being sent, by section: clients find out by it what a section carries.
    private func tracksByMid() -> [String: String] {
        var tracks: [String: String] = [:]
        for subscription in subscriptions.values {
            if let mid = subscription.mid { tracks[mid.rawValue] = subscription.track.sid.rawValue }
        }
        return tracks
    }

    private func settleSubscriptions() {
        for subscription in subscriptions.values { subscription.negotiated() }
    }

    // MARK: Candidates

    private struct CandidateInit: Decodable {
        var candidate: String
    }

    /// Takes a candidate of the client.
    func handleTrickle(_ trickle: Livekit_TrickleRequest) {
        let leg = trickle.target == .subscriber ? legs.subscriber : legs.publisher
        guard let parsed = try? JSONDecoder().decode(CandidateInit.self, from: Data(trickle.candidateInit.utf8)) else {
            logger.debug("malformed candidate ignored")
            return
        }
        // An empty candidate says that there are no more.
        guard !parsed.candidate.isEmpty else { return }
        do {
            try leg.peer.addRemoteCandidate(parsed.candidate, at: room.environment.now)
        } catch {
            logger.debug("candidate ignored", metadata: ["error": "\(error)"])
        }
        leg.touched()
    }
}
