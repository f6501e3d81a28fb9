import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import Signaling
import SwiftProtobuf

// How the engine carries out what the signal session decides.
extension RoomEngine {
    /// Does what the session asks for, in order.
    func perform(_ actions: [SignalClientAction]) {
        for action in actions {
            guard !isEnded else { return }
            perform(action)
        }
        arm()
    }

    private func perform(_ action: SignalClientAction) {
        switch action {
        case .open(let token, let resume): open(token: token, resume: resume)
        case .closeSocket:
            socket?.close()
            socket = nil
        case .send(let request): if let socket { sendNow(request, over: socket) }
        case .ping(let roundTrip): sendPing(roundTrip)
        case .joined(let response, let again): joined(response, again: again)
        case .resumed(let response): resumed(response)
        case .deliver(let message): receive(message)
        case .reconnecting: emit(.connectionState(.reconnecting))
        case .reconnected: emit(.connectionState(.reconnected))
        case .failedToJoin(let failure):
            completeConnect(.failure(RoomClientError(failure)))
            finish(failure.reason ?? .joinFailure, text: failure.text)
        case .ended(let reason, let text): finish(reason, text: text)
        }
    }

    private func open(token: String, resume: SignalQuery.Resume?) {
        guard let connection else { preconditionFailure("a session is started with a server to connect to") }
        let query = SignalQuery(
            sdk: configuration.sdk,
            version: configuration.version,
            autoSubscribe: configuration.autoSubscribe,
            resume: resume
        )
        socket = SignalSocket(connection: connection, query: query, token: token, on: loop) { [weak self] event in
            self?.socketReported(event)
        }
    }

    private func socketReported(_ event: SignalSocketEvent) {
        switch event {
        case .opened: break
        case .failed(let failure):
            logger.debug("signal connection failed", metadata: ["reason": "\(failure.text)"])
            perform(signal.socketFailed(failure, at: now))
        case .closed:
            perform(signal.socketClosed(at: now))
        case .message(let buffer):
            guard let response = try? Livekit_SignalResponse(serializedBytes: Array(buffer.readableBytesView)) else {
                logger.warning(
                    "undecodable message from the room server",
                    metadata: ["bytes": "\(buffer.readableBytes)"]
                )
                return
            }
            perform(signal.received(response, at: now))
        }
    }

    private func sendPing(_ roundTrip: Duration?) {
        let milliseconds = wallClock(at: now).unixNanoseconds / 1_000_000
        var ping = Livekit_SignalRequest()
        ping.ping = milliseconds
        send(ping)
        var request = Livekit_SignalRequest()
        request.pingReq.timestamp = milliseconds
        request.pingReq.rtt = (roundTrip ?? .zero).nanoseconds / 1_000_000
        send(request)
    }
}

// MARK: - Sessions

extension RoomEngine {
    private func joined(_ response: Livekit_JoinResponse, again: Bool) {
        isSubscriberPrimary = response.subscriberPrimary
        closeLinks()
        routes = [:]
        offeredTracks = [:]
        if again {
            for subscription in subscriptions.values { subscription.interrupt() }
            reliableMessages.restart()
        }
        openLinks()
        emit(room.join(response))
        guard !isEnded else { return }
        completeConnect(.success(()))
        if !isSubscriberPrimary || response.fastPublish || configuration.publishes || !queuedData.isEmpty {
            negotiatePublisher()
        }
        for subscription in subscriptions.values { ask(for: subscription) }
        announcePublicationsAgain()
    }

    private func resumed(_ response: Livekit_ReconnectResponse) {
        room.resumed()
        var request = Livekit_SignalRequest()
        request.syncState = syncState()
        send(request)
        if !publications.isEmpty {
            var permission = Livekit_SignalRequest()
            permission.subscriptionPermission.allParticipants = true
            send(permission)
        }
        for subscription in subscriptions.values {
            // What arrives already is known to the server; a wish that was made meanwhile may not be.
            if subscription.mid == nil {
                ask(for: subscription)
            } else if let settings = subscription.settingsRequest {
                send(settings)
            }
        }
        if let publisher, publisher.negotiation.hasOffered || !isSubscriberPrimary {
            publisher.negotiation.abandon()
            offer(on: publisher, iceRestart: true)
        }
        resendReliableMessages(after: response.lastMessageSeq)
        announcePendingPublications()
        // Media that never stopped is whole already; otherwise the ICE restarts will say when it is.
        if primary?.state == .connected { perform(signal.transportConnected(at: now)) }
    }

    /// What a server that takes the session up again has to know.
    private func syncState() -> Livekit_SyncState {
        var state = Livekit_SyncState()
        if let offer = subscriber?.lastOffer { state.offer = offer }
        if let answer = subscriber?.lastAnswer { state.answer = answer }
        // Listed are the tracks that differ from what the server would do by itself.
        state.subscription.subscribe = !configuration.autoSubscribe
        if !configuration.autoSubscribe {
            state.subscription.participantTracks = subscriptions.values.map { subscription in
                var tracks = Livekit_ParticipantTracks()
                tracks.participantSid = subscription.participant.rawValue
                tracks.trackSids = [subscription.track.rawValue]
                return tracks
            }
            state.subscription.trackSids = subscriptions.keys.map(\.rawValue)
        }
        state.trackSidsDisabled = subscriptions.values.filter { $0.settings?.isEnabled == false }.map(\.track.rawValue)
        state.publishTracks = publications.values.compactMap(\.published)
        state.dataChannels = dataChannelInfos()
        state.datachannelReceiveStates = reliableMessages.receiveStates
        return state
    }

    /// The peer connection whose state counts for the session's.
    var primary: PeerLink? { isSubscriberPrimary ? subscriber : publisher }
}

// MARK: - Messages

extension RoomEngine {
    private func receive(_ message: Livekit_SignalResponse.OneOf_Message) {
        switch message {
        case .offer(let offer): receiveOffer(offer)
        case .answer(let answer): receiveAnswer(answer)
        case .trickle(let trickle): receiveCandidate(trickle)
        case .update(let update):
            emit(room.update(update.participants))
        case .roomUpdate(let update):
            if update.hasRoom { emit(room.update(update.room)) }
        case .speakersChanged(let change):
            emit(room.update(speakers: change.speakers))
        case .trackPublished(let published): trackPublished(published)
        case .trackUnpublished(let unpublished): trackUnpublished(TrackSID(rawValue: unpublished.trackSid))
        case .requestResponse(let response): requestAnswered(response)
        case .subscribedQualityUpdate(let update): qualitiesChanged(update)
        case .mute(let mute): muted(TrackSID(rawValue: mute.sid), isMuted: mute.muted)
        case .subscriptionResponse(let response): subscriptionRefused(response)
        case .subscriptionPermissionUpdate(let update):
            if !update.allowed {
                let track = TrackSID(rawValue: update.trackSid)
                emit(.subscriptionFailed(track, reason: "the publisher does not permit the subscription"))
            }
        case .streamStateUpdate(let update):
            for state in update.streamStates where subscriptions[TrackSID(rawValue: state.trackSid)] != nil {
                emit(.streamPaused(TrackSID(rawValue: state.trackSid), isPaused: state.state == .paused))
            }
        default:
            break  // connection quality and what only single-connection or data-track clients need
        }
    }

    private func subscriptionRefused(_ response: Livekit_SubscriptionResponse) {
        let track = TrackSID(rawValue: response.trackSid)
        subscriptions[track]?.deadline = nil
        switch response.err {
        case .seCodecUnsupported:
            emit(.subscriptionFailed(track, reason: "no codec of the track is supported by this client"))
        case .seTrackNotfound:
            emit(.subscriptionFailed(track, reason: "the server does not know the track"))
        default:
            emit(.subscriptionFailed(track, reason: "the server could not subscribe to the track"))
        }
    }
}
