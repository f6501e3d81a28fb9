public import LiveKitProtocol

/// A message another participant, or the server, sent to this client.
public struct DataMessage: Sendable {
    /// The message as it came: user data, chat, streams, transcriptions, RPC and so on.
    public var packet: Livekit_DataPacket
    /// Whether it came over the reliable channel.
    public var isReliable: Bool

    /// Who sent it; empty when the server did.
    public var senderIdentity: String {
        packet.participantIdentity.isEmpty ? packet.user.participantIdentity : packet.participantIdentity
    }

    /// The payload of user data, nil for other kinds of message.
    public var payload: [UInt8]? {
        if case .user(let user) = packet.value { Array(user.payload) } else { nil }
    }

    /// The topic of user data, nil when there is none.
    public var topic: String? {
        if case .user(let user) = packet.value, user.hasTopic { user.topic } else { nil }
    }
}
