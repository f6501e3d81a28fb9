package import LiveKitProtocol
import Signaling

// The methods of RoomService that concern rooms. The edge has checked the caller's rights.

extension RoomCore {
    /// Creates a room, or changes the one there is.
    package func createRoom(_ request: Livekit_CreateRoomRequest) throws(TwirpError) -> Livekit_Room {
        guard !request.name.isEmpty else { throw TwirpError(.invalidArgument, "room name cannot be empty") }
        guard request.name.utf8.count <= configuration.maximumRoomName else {
            throw TwirpError(
                .invalidArgument,
                "room name cannot be longer than \(configuration.maximumRoomName) bytes, this one has \(request.name.utf8.count)"
            )
        }
        try checkMetadata(request.metadata)
        let isNew = rooms[request.name] == nil
        let room = findOrCreateRoom(named: request.name)
        let before = room.description
        if request.emptyTimeout > 0 { room.description.emptyTimeout = request.emptyTimeout }
        if request.departureTimeout > 0 { room.description.departureTimeout = request.departureTimeout }
        if request.maxParticipants > 0 { room.description.maxParticipants = request.maxParticipants }
        if !request.metadata.isEmpty { room.description.metadata = request.metadata }
        if !isNew, room.description != before { room.broadcastRoom() }
        if isNew, request.hasEgress {
            room.autoEgress = AutoEgress(request.egress)
            startAutoEgress(request.egress, in: room)
        }
        return room.info
    }

    /// The rooms there are, or those of them that are named.
    package func listRooms(_ request: Livekit_ListRoomsRequest) -> Livekit_ListRoomsResponse {
        var response = Livekit_ListRoomsResponse()
        let names = Set(request.names)
        response.rooms = rooms.values.filter { names.isEmpty || names.contains($0.name) }
            .map(\.info)
            .sorted { ($0.creationTimeMs, $0.name) < ($1.creationTimeMs, $1.name) }
        return response
    }

    /// Ends a room and disconnects everybody in it.
    package func deleteRoom(_ request: Livekit_DeleteRoomRequest) throws(TwirpError) -> Livekit_DeleteRoomResponse {
        close(try room(named: request.room), reason: .roomDeleted)
        return Livekit_DeleteRoomResponse()
    }

    /// Changes a room's metadata.
    package func updateRoomMetadata(
        _ request: Livekit_UpdateRoomMetadataRequest
    ) throws(TwirpError) -> Livekit_Room {
        try checkMetadata(request.metadata)
        let room = try room(named: request.room)
        room.description.metadata = request.metadata
        room.broadcastRoom()
        return room.info
    }

    func room(named name: String) throws(TwirpError) -> Room {
        guard let room = rooms[name] else { throw TwirpError(.notFound, "requested room does not exist") }
        return room
    }

    private func checkMetadata(_ metadata: String) throws(TwirpError) {
        guard metadata.utf8.count <= ProfileUpdate.maximumMetadata else {
            throw TwirpError(
                .invalidArgument,
                "metadata size exceeds limits: \(metadata.utf8.count) of at most \(ProfileUpdate.maximumMetadata) bytes"
            )
        }
    }
}
