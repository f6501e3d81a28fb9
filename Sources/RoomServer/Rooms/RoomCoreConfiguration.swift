package import Forwarding
package import LiveKitProtocol
package import MediaWire

/// What the rooms are run by: the parts of the server's configuration that concern them.
package struct RoomCoreConfiguration: Sendable {
    /// Whether a join creates the room it names (`room.auto_create`).
    package var createsRoomsOnJoin = true
    /// Seconds a room nobody has joined is kept (`room.empty_timeout`).
    package var emptyTimeout: UInt32 = 300
    /// Seconds a room is kept after the last has left (`room.departure_timeout`).
    package var departureTimeout: UInt32 = 20
    /// Participants a room takes, 0 for any number (`room.max_participants`).
    package var maximumParticipants: UInt32 = 0
    /// The codecs that may be published (`room.enabled_codecs`).
    package var enabledCodecs = Codec.allCases
    /// Whether the server API may unmute a participant's track (`room.enable_remote_unmute`).
    package var allowsRemoteUnmute = false
    /// Whether a participant's tracks share stream ids, so that browsers keep them in step (`room.sync_streams`).
    package var synchronisesStreams = false
    /// How speakers are found (`audio`).
    package var speakers = SpeakerRule()
    /// How long a quality stays requested after the last subscriber for it has gone (`video.dynacast_pause_delay`).
    package var dynacastPauseDelay = Duration.seconds(5)
    /// The ICE servers clients are told of.
    package var iceServers: [Livekit_ICEServer] = []
    /// The keys; the first signs refresh tokens.
    package var keys: APIKeys
    /// The longest room name, in bytes (`limit.max_room_name_length`).
    package var maximumRoomName = 256
    /// The longest identity, in bytes (`limit.max_participant_identity_length`).
    package var maximumIdentity = 256
    /// This server's name.
    package var nodeID: String
    /// This server's region.
    package var region = ""

    /// The defaults of a LiveKit server.
    package init(keys: APIKeys, nodeID: String = NodeID.random().rawValue) {
        self.keys = keys
        self.nodeID = nodeID
    }
}
