import LiveKitProtocol
import Logging
import Signaling

extension RoomCore {
    /// Says why a join would be refused; nil when it would not.
    ///
    /// The answer of the `validate` endpoints.
    package func validate(_ parameters: JoinParameters) -> JoinFailure? {
        guard let grant = parameters.claims.video, grant.roomJoin else {
            return JoinFailure(httpStatus: 401, message: "no permissions to access the room")
        }
        let identity = parameters.claims.identity
        if identity.isEmpty { return JoinFailure(httpStatus: 400, message: "identity cannot be empty") }
        if identity.utf8.count > configuration.maximumIdentity {
            return JoinFailure(
                httpStatus: 400,
                message: "identity cannot be longer than \(configuration.maximumIdentity) bytes"
            )
        }
        if grant.room.isEmpty { return JoinFailure(httpStatus: 400, message: "room name cannot be empty") }
        if grant.room.utf8.count > configuration.maximumRoomName {
            return JoinFailure(
                httpStatus: 400,
                message: "room name cannot be longer than \(configuration.maximumRoomName) bytes"
            )
        }
        if !parameters.publishCompanion.isEmpty, !grant.mayPublish {
            return JoinFailure(httpStatus: 401, message: "no permissions to publish in the room")
        }
        let changesProfile = !(parameters.metadata ?? "").isEmpty || !parameters.attributes.isEmpty
        if changesProfile, !grant.mayUpdateOwnMetadata {
            return JoinFailure(httpStatus: 401, message: "no permissions to update own metadata")
        }
        if !configuration.createsRoomsOnJoin, rooms[grant.room] == nil {
            return JoinFailure(httpStatus: 404, message: "requested room does not exist")
        }
        return nil
    }

    /// Lets a client into its room, or continues the session it had.
    ///
    /// The first response goes to `connection` before this returns; it is a `leave` when a session cannot be
    /// continued.
    package func join(
        _ parameters: JoinParameters,
        connection: any SignalConnection
    ) -> Result<SignalSession, JoinFailure> {
        if let failure = validate(parameters) { return .failure(failure) }
        var parameters = parameters
        if !parameters.publishCompanion.isEmpty {
            parameters.claims.identity += "#\(parameters.publishCompanion)"
            parameters.claims.video?.canSubscribe = false
        }
        let session = SignalSession(connection: connection, logger: logger)
        if parameters.isReconnect {
            resume(parameters, session: session)
            return .success(session)
        }
        let grant = parameters.claims.video ?? VideoGrant()
        let room = findOrCreateRoom(named: grant.room, configured: parameters.claims.roomConfiguration)
        var profile = ProfileUpdate(metadata: parameters.metadata ?? "", attributes: parameters.attributes)
        profile.name = ""
        let participant = Participant(parameters: parameters, room: room)
        do {
            try profile.apply(to: &participant.info)
        } catch {
            return .failure(JoinFailure(httpStatus: 400, message: error.message))
        }
        room.participant(identity: participant.identity)?.close(.duplicateIdentity)
        guard room.hasSpace(for: participant) else {
            return .failure(JoinFailure(httpStatus: 429, message: "room has exceeded its max participants"))
        }
        room.add(participant)
        participant.start(parameters, session: session)
        return .success(session)
    }

    private func resume(_ parameters: JoinParameters, session: SignalSession) {
        let grant = parameters.claims.video ?? VideoGrant()
        let participant = rooms[grant.room]?.participant(identity: parameters.claims.identity)
        let isSame = parameters.participantSID.isEmpty || participant?.sid.rawValue == parameters.participantSID
        guard let participant, isSame, !participant.isClosed else {
            logger.info(
                "nothing to resume",
                metadata: ["room": "\(grant.room)", "identity": "\(parameters.claims.identity)"]
            )
            session.send(.leave(.stateMismatch, .reconnect))
            session.close()
            return
        }
        participant.resume(parameters, session: session)
    }
}
