import Forwarding
import LiveKitProtocol

extension RoomCoreConfiguration {
    /// What concerns the rooms in the configuration of the server.
    init(_ server: RoomServerConfiguration) {
        self.init(keys: server.keys)
        createsRoomsOnJoin = server.room.autoCreate
        emptyTimeout = UInt32(clamping: server.room.emptyTimeout)
        departureTimeout = UInt32(clamping: server.room.departureTimeout)
        maximumParticipants = UInt32(clamping: server.room.maxParticipants)
        enabledCodecs = server.room.enabledCodecs
        allowsRemoteUnmute = server.room.enableRemoteUnmute
        synchronisesStreams = server.room.syncStreams
        speakers.activeLevel = UInt8(clamping: server.audio.activeLevel)
        speakers.minimumPercentile = server.audio.minPercentile
        speakers.interval = .milliseconds(server.audio.updateInterval)
        speakers.smoothingIntervals = server.audio.smoothIntervals
        maximumRoomName = server.limit.maxRoomNameLength
        maximumIdentity = server.limit.maxParticipantIdentityLength
        region = server.region
    }
}
