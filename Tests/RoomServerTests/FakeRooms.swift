import LiveKitProtocol
import SwiftProtobuf

@testable import RoomServer

/// Rooms that let everybody in and take notes, used on one event loop.
final class FakeRooms: SignalEntrance, RoomAdministration {
    /// What joins are refused with; nil lets everybody in.
    var refusal: JoinFailure?
    /// What is sent to a client before the upgrade.
    var greeting: [Livekit_SignalResponse] = []
    /// Whether a client is sent away at once.
    var closesAtOnce = false
    private(set) var joins: [JoinParameters] = []
    private(set) var connections: [any SignalConnection] = []
    private(set) var received: [Livekit_SignalRequest] = []
    private(set) var closedConnections = 0
    private(set) var calls: [String] = []

    func validate(_ parameters: JoinParameters) -> JoinFailure? { refusal }

    func enter(
        _ parameters: JoinParameters,
        connection: any SignalConnection
    ) -> Result<any SignalReceiver, JoinFailure> {
        if let refusal { return .failure(refusal) }
        joins.append(parameters)
        connections.append(connection)
        for response in greeting { connection.send(response) }
        if closesAtOnce { connection.close() }
        return .success(Receiver(rooms: self))
    }

    private final class Receiver: SignalReceiver {
        let rooms: FakeRooms

        init(rooms: FakeRooms) {
            self.rooms = rooms
        }

        func receive(_ request: Livekit_SignalRequest) {
            rooms.received.append(request)
        }

        func connectionClosed() {
            rooms.closedConnections += 1
        }
    }

    // MARK: - RoomService

    private func note<Response: Message>(_ call: String, _ response: Response = Response()) -> Response {
        calls.append(call)
        return response
    }

    func createRoom(_ request: Livekit_CreateRoomRequest) throws(TwirpError) -> Livekit_Room {
        note(
            "CreateRoom",
            .with {
                $0.name = request.name
                $0.emptyTimeout = request.emptyTimeout
                $0.creationTimeMs = 1_800_000_000_123
            }
        )
    }

    func listRooms(_ request: Livekit_ListRoomsRequest) throws(TwirpError) -> Livekit_ListRoomsResponse {
        note("ListRooms")
    }

    func deleteRoom(_ request: Livekit_DeleteRoomRequest) throws(TwirpError) -> Livekit_DeleteRoomResponse {
        throw TwirpError(.notFound, "requested room does not exist")
    }

    func listParticipants(
        _ request: Livekit_ListParticipantsRequest
    ) throws(TwirpError) -> Livekit_ListParticipantsResponse {
        note("ListParticipants")
    }

    func getParticipant(_ request: Livekit_RoomParticipantIdentity) throws(TwirpError) -> Livekit_ParticipantInfo {
        note("GetParticipant")
    }

    func removeParticipant(
        _ request: Livekit_RoomParticipantIdentity
    ) throws(TwirpError) -> Livekit_RemoveParticipantResponse {
        note("RemoveParticipant")
    }

    func mutePublishedTrack(
        _ request: Livekit_MuteRoomTrackRequest
    ) throws(TwirpError) -> Livekit_MuteRoomTrackResponse {
        note("MutePublishedTrack")
    }

    func updateParticipant(
        _ request: Livekit_UpdateParticipantRequest
    ) throws(TwirpError) -> Livekit_ParticipantInfo {
        note("UpdateParticipant")
    }

    func updateSubscriptions(
        _ request: Livekit_UpdateSubscriptionsRequest
    ) throws(TwirpError) -> Livekit_UpdateSubscriptionsResponse {
        note("UpdateSubscriptions")
    }

    func sendData(_ request: Livekit_SendDataRequest) throws(TwirpError) -> Livekit_SendDataResponse {
        note("SendData")
    }

    func updateRoomMetadata(_ request: Livekit_UpdateRoomMetadataRequest) throws(TwirpError) -> Livekit_Room {
        note("UpdateRoomMetadata")
    }
}
