package import LiveKitProtocol

/// What RoomService asks of the rooms, on the event loop that owns them.
package protocol RoomAdministration: AnyObject {
    /// Creates a room, or changes the one there is.
    func createRoom(_ request: Livekit_CreateRoomRequest) throws(TwirpError) -> Livekit_Room
    /// The rooms, or those of the given names.
    func listRooms(_ request: Livekit_ListRoomsRequest) throws(TwirpError) -> Livekit_ListRoomsResponse
    /// Ends a room.
    func deleteRoom(_ request: Livekit_DeleteRoomRequest) throws(TwirpError) -> Livekit_DeleteRoomResponse
    /// Everybody in a room.
    func listParticipants(
        _ request: Livekit_ListParticipantsRequest
    ) throws(TwirpError) -> Livekit_ListParticipantsResponse
    /// One participant.
    func getParticipant(_ request: Livekit_RoomParticipantIdentity) throws(TwirpError) -> Livekit_ParticipantInfo
    /// Removes a participant.
    func removeParticipant(
        _ request: Livekit_RoomParticipantIdentity
    ) throws(TwirpError) -> Livekit_RemoveParticipantResponse
    /// Mutes or unmutes a track.
    func mutePublishedTrack(_ request: Livekit_MuteRoomTrackRequest) throws(TwirpError) -> Livekit_MuteRoomTrackResponse
    /// Changes what is known of a participant, or what it may do.
    func updateParticipant(_ request: Livekit_UpdateParticipantRequest) throws(TwirpError) -> Livekit_ParticipantInfo
    /// Changes what a participant is subscribed to.
    func updateSubscriptions(
        _ request: Livekit_UpdateSubscriptionsRequest
    ) throws(TwirpError) -> Livekit_UpdateSubscriptionsResponse
    /// Sends data into a room.
    func sendData(_ request: Livekit_SendDataRequest) throws(TwirpError) -> Livekit_SendDataResponse
    /// Changes a room's metadata.
    func updateRoomMetadata(_ request: Livekit_UpdateRoomMetadataRequest) throws(TwirpError) -> Livekit_Room
}
