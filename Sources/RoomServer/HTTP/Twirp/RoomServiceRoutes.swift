import LiveKitProtocol
import NIOCore
import SwiftProtobuf

/// RoomService of the server API: its methods, with the grant each needs.
enum RoomServiceRoutes {
    private typealias Rooms = any RoomAdministration

    /// The methods, for these rooms.
    static func router(_ rooms: NIOLoopBound<any RoomAdministration>) -> TwirpRouter {
        var router = TwirpRouter()
        let add = Registration(rooms: rooms)
        add("CreateRoom", to: &router, Grant.roomCreate) { rooms, request throws(TwirpError) in
            try rooms.createRoom(request)
        }
        add("ListRooms", to: &router, Grant.roomList) { rooms, request throws(TwirpError) in
            try rooms.listRooms(request)
        }
        add("DeleteRoom", to: &router, Grant.roomCreate) { rooms, request throws(TwirpError) in
            try rooms.deleteRoom(request)
        }
        add("ListParticipants", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.listParticipants(request)
        }
        add("GetParticipant", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.getParticipant(request)
        }
        add("RemoveParticipant", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.removeParticipant(request)
        }
        add("MutePublishedTrack", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.mutePublishedTrack(request)
        }
        add("UpdateParticipant", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.updateParticipant(request)
        }
        add("UpdateSubscriptions", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.updateSubscriptions(request)
        }
        add("SendData", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.sendData(request)
        }
        add("UpdateRoomMetadata", to: &router, Grant.roomAdmin) { rooms, request throws(TwirpError) in
            try rooms.updateRoomMetadata(request)
        }
        return router
    }

    /// Adds methods that are called with the rooms.
    private struct Registration {
        let rooms: NIOLoopBound<any RoomAdministration>

        func callAsFunction<Request: Message, Response: Message>(
            _ method: String,
            to router: inout TwirpRouter,
            _ isAllowed: @escaping @Sendable (ClaimGrants, Request) -> Bool,
            handler: @escaping @Sendable (any RoomAdministration, Request) throws(TwirpError) -> Response
        ) {
            let rooms = rooms
            router.registerOnLoop(service: "livekit.RoomService", method: method, isAllowed: isAllowed) {
                (request: Request) throws(TwirpError) -> Response in
                try handler(rooms.value, request)
            }
        }
    }

    /// Who may call a method.
    private enum Grant {
        @Sendable static func roomCreate(_ claims: ClaimGrants, _ request: some Message) -> Bool {
            claims.video?.roomCreate == true
        }

        @Sendable static func roomList(_ claims: ClaimGrants, _ request: some Message) -> Bool {
            claims.video?.roomList == true
        }

        /// The administrator of a room, in that room only.
        @Sendable static func roomAdmin(_ claims: ClaimGrants, _ request: some RequestInRoom) -> Bool {
            guard let grant = claims.video else { return false }
            return grant.roomAdmin && grant.room == request.room
        }
    }
}

/// A request that names the room it is about.
private protocol RequestInRoom {
    var room: String { get }
}

extension Livekit_ListParticipantsRequest: RequestInRoom {}
extension Livekit_RoomParticipantIdentity: RequestInRoom {}
extension Livekit_MuteRoomTrackRequest: RequestInRoom {}
extension Livekit_UpdateParticipantRequest: RequestInRoom {}
extension Livekit_UpdateSubscriptionsRequest: RequestInRoom {}
extension Livekit_SendDataRequest: RequestInRoom {}
extension Livekit_UpdateRoomMetadataRequest: RequestInRoom {}
