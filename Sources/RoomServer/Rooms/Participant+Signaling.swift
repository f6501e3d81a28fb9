import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// Takes a request of the client.
    ///
    /// What makes no sense is answered or ignored, never a reason to stop.
    func handle(_ request: Livekit_SignalRequest, from session: SignalSession) {
        guard !isClosed, session === self.session, let message = request.message else { return }
        switch message {
        case .offer(let offer): handleOffer(offer)
        case .answer(let answer): handleAnswer(answer)
        case .trickle(let trickle): handleTrickle(trickle)
        case .addTrack(let request): addTrack(request)
        case .mute(let mute): setMuted(mute)
        case .subscription(let update): updateSubscription(update)
        case .trackSetting(let settings): updateSettings(settings)
        case .leave: close(.clientInitiated)
        case .subscriptionPermission(let permission): updatePolicy(permission)
        case .syncState(let state): synchronise(state)
        case .updateMetadata(let update): updateProfile(update)
        case .updateAudioTrack(let update): updateAudioTrack(update)
        case .updateVideoTrack(let update): updateVideoTrack(update)
        case .simulate(let scenario): simulate(scenario)
        case .publishDataTrackRequest(let request):
            respond(.unsupportedType, "data tracks are not supported", to: .publishDataTrack(request))
        case .unpublishDataTrackRequest(let request):
            respond(.notFound, "no such data track", to: .unpublishDataTrack(request))
        case .storeDataBlobRequest(let request):
            respond(.unsupportedType, "data blobs are not supported", id: request.requestID)
        case .getDataBlobRequest(let request):
            respond(.unsupportedType, "data blobs are not supported", id: request.requestID)
        case .ping, .pingReq, .updateLayers, .updateDataSubscription:
            // Pings are answered at the edge; layers are seen in the media itself; there are no data tracks.
            break
        }
    }

    /// Answers a request, if the client can take answers and wants this one.
    func respond(
        _ reason: Livekit_RequestResponse.Reason,
        _ message: String = "",
        to request: Livekit_RequestResponse.OneOf_Request? = nil,
        id: UInt32 = 0
    ) {
        guard traits.takesRequestResponses, reason != .ok || traits.takesSuccessResponses else { return }
        send(.outcome(reason, message: message, of: request, id: id))
    }

    // MARK: Profile

    private func updateProfile(_ update: Livekit_UpdateParticipantMetadata) {
        let echo = Livekit_RequestResponse.OneOf_Request.updateMetadata(update)
        guard permission.canUpdateMetadata else {
            respond(.notAllowed, "does not have permission to update own metadata", to: echo, id: update.requestID)
            return
        }
        let change = ProfileUpdate(name: update.name, metadata: update.metadata, attributes: update.attributes)
        do {
            try change.apply(to: &profile)
        } catch {
            respond(.limitExceeded, error.message, to: echo, id: update.requestID)
            return
        }
        respond(.ok, to: echo, id: update.requestID)
        changed()
        refreshToken()
    }

    // MARK: Test hooks

    /// What client developers use to try their reconnects.
    private func simulate(_ scenario: Livekit_SimulateScenario) {
        switch scenario.scenario {
        case .serverLeave?: close(.serverShutdown)
        case .leaveRequestFullReconnect?:
            send(.leave(.unknownReason, .reconnect))
            session?.close()
            session = nil
        case .disconnectSignalOnResume?, .disconnectSignalOnResumeNoMessages?, .migration?:
            send(.leave(.unknownReason, .resume))
            session?.close()
            session = nil
        case .nodeFailure?:
            session?.close()
            session = nil
        case .speakerUpdate?, .switchCandidateProtocol?, .subscriberBandwidth?, nil:
            logger.debug("this scenario is not simulated")
        }
    }
}
