public import LiveKitProtocol
import MessageBus

// The methods of the API.

extension EgressService {
    /// Starts an egress of a whole room.
    public func startRoomCompositeEgress(
        _ request: Livekit_RoomCompositeEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.roomComposite(request))
    }

    /// Starts an egress of any source.
    public func startEgress(_ request: Livekit_StartEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.egress(request))
    }

    /// Refused: there is no browser here.
    public func startWebEgress(_ request: Livekit_WebEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.web(request))
    }

    /// Starts an egress of one participant.
    public func startParticipantEgress(
        _ request: Livekit_ParticipantEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.participant(request))
    }

    /// Starts an egress of up to two tracks.
    public func startTrackCompositeEgress(
        _ request: Livekit_TrackCompositeEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.trackComposite(request))
    }

    /// Starts an egress of one track as it is.
    public func startTrackEgress(_ request: Livekit_TrackEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(.track(request))
    }

    /// Changes the layout of a running egress: the recorder hears of it as a change of its own metadata.
    public func updateLayout(_ request: Livekit_UpdateLayoutRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        let info = try await ledger.info(of: request.egressID)
        guard !info.isOver else { throw Self.wrongStatus(info, "updated") }
        try EgressRequest.check(layout: request.layout, audioOnly: false, videoOnly: false)
        switch info.request {
        case .roomComposite?: break
        case .egress(let request)? where request.template != .init() || isTemplate(request): break
        default: throw .invalid("egress_id", "\(info.egressID) records no layout")
        }
        var update = Livekit_UpdateParticipantRequest()
        update.room = info.roomName
        update.identity = info.egressID
        update.metadata = LayoutMetadata(layout: request.layout).json
        try await updateParticipant(update)
        return info
    }

    private func isTemplate(_ request: Livekit_StartEgressRequest) -> Bool {
        if case .template? = request.source { true } else { false }
    }

    /// Adds and removes URLs of a running stream.
    public func updateStream(_ request: Livekit_UpdateStreamRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        if !request.addDestinations.isEmpty { throw .unsupported("add_destinations, instead of add_output_urls,") }
        for url in request.addOutputUrls { _ = try StreamURL(requested: url) }
        return try await handle(request.egressID, "updated") { (client) async throws(RPCError) in
            try await client.call(
                EgressHandler.updateStream,
                topic: request.egressID,
                request,
                options: .standard
            )
        }
    }

    /// Ends an egress; answers how it stands then, which need not be its end.
    public func stopEgress(_ request: Livekit_StopEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try await handle(request.egressID, "stopped") { (client) async throws(RPCError) in
            do throws(RPCError) {
                return try await client.call(
                    EgressHandler.stopEgress,
                    topic: request.egressID,
                    request,
                    options: .standard
                )
            } catch {
                throw error == .noResponse ? .timedOut : error
            }
        }
    }

    /// Lists egresses, by room, identifier, or whether they are running.
    public func listEgress(
        _ request: Livekit_ListEgressRequest
    ) async throws(TwirpError) -> Livekit_ListEgressResponse {
        try await ledger.list(request)
    }

    /// Asks the job of an egress; when it does not answer, what is known of the egress decides what is told.
    private func handle(
        _ id: String,
        _ done: String,
        _ call: (RPCClient) async throws(RPCError) -> Livekit_EgressInfo
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        let before = try await ledger.info(of: id)
        guard !before.isOver else { throw Self.wrongStatus(before, done) }
        do throws(RPCError) {
            return try await call(handlers).redacted()
        } catch {
            let info = try await ledger.info(of: id)
            switch info.status {
            case .egressStarting, .egressActive: throw TwirpError(error)
            default: throw Self.wrongStatus(info, done)
            }
        }
    }

    private static func wrongStatus(_ info: Livekit_EgressInfo, _ done: String) -> TwirpError {
        TwirpError(.failedPrecondition, "egress with status \(info.status.name) cannot be \(done)")
    }
}
