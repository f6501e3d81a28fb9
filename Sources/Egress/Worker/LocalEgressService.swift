public import LiveKitProtocol

/// The service `livekit.Egress`, method by method; who may call it is checked by whoever mounts it (`roomRecord`).
public struct LocalEgressService: Sendable {
    private let worker: EgressWorker
    private let roomID: @Sendable (_ name: String) async -> String?

    /// The service of one worker.
    ///
    /// - Parameter roomID: the identifier of the room of that name, nil if there is none: only rooms that exist are recorded.
    public init(worker: EgressWorker, roomID: @escaping @Sendable (_ name: String) async -> String?) {
        self.worker = worker
        self.roomID = roomID
    }

    /// Starts a recording of a whole room.
    public func startRoomCompositeEgress(
        _ request: Livekit_RoomCompositeEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(RecordingPlan(request), request: .roomComposite(request))
    }

    /// Starts a recording of any source.
    public func startEgress(_ request: Livekit_StartEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try await start(RecordingPlan(request), request: .egress(request))
    }

    /// Changes the layout of a running recording.
    public func updateLayout(_ request: Livekit_UpdateLayoutRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try worker.updateLayout(request.egressID, request.layout)
    }

    /// Lists recordings, by room, identifier, or whether they are running.
    public func listEgress(
        _ request: Livekit_ListEgressRequest
    ) async throws(TwirpError) -> Livekit_ListEgressResponse {
        var response = Livekit_ListEgressResponse()
        response.items = worker.list(request)
        return response
    }

    /// Ends a recording.
    public func stopEgress(_ request: Livekit_StopEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        try worker.stop(request.egressID)
    }

    /// Adds and removes stream URLs; no recording has any.
    public func updateStream(_ request: Livekit_UpdateStreamRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        _ = try worker.info(of: request.egressID)
        throw TwirpError(.invalidArgument, "UpdateStream called on non-streaming egress")
    }

    /// Refused: there is no browser here.
    public func startWebEgress(_ request: Livekit_WebEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        throw .unsupported("web egress")
    }

    /// Refused until it is built.
    public func startParticipantEgress(
        _ request: Livekit_ParticipantEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        throw .unsupported("participant egress")
    }

    /// Refused until it is built.
    public func startTrackCompositeEgress(
        _ request: Livekit_TrackCompositeEgressRequest
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        throw .unsupported("track composite egress")
    }

    /// Refused until it is built.
    public func startTrackEgress(_ request: Livekit_TrackEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo {
        throw .unsupported("track egress")
    }

    private func start(
        _ plan: RecordingPlan,
        request: Livekit_EgressInfo.OneOf_Request
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        guard let roomID = await roomID(plan.roomName) else {
            throw TwirpError(.notFound, "requested room does not exist")
        }
        return try worker.start(plan, request: request, roomID: roomID)
    }
}
