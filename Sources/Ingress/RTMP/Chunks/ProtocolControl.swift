internal import MediaWire

/// Protocol control messages and user control messages (RTMP 1.0 §5.4 and §7.1.7).
enum ProtocolControl {
    /// Kinds of user control messages that mean anything between us and a publisher.
    enum UserEvent: UInt16 {
        case streamBegin = 0
        case pingRequest = 6
        case pingResponse = 7
    }

    /// The number that a control message consists of.
    static func number(_ payload: [UInt8], in structure: StaticString) throws(RTMPError) -> UInt32 {
        var reader = ByteReader(payload, structure: structure)
        do { return try reader.readUInt32() } catch { throw .malformed(error) }
    }

    static func message(_ type: RTMPMessageType, _ number: UInt32) -> RTMPMessage {
        var payload: [UInt8] = []
        payload.append(bigEndian: number)
        return RTMPMessage(type: type, payload: payload)
    }

    /// Asks the peer to have that many bytes at most on their way, without fail or by what it has been told before (2).
    static func peerBandwidth(_ bytes: UInt32) -> RTMPMessage {
        var message = message(.setPeerBandwidth, bytes)
        message.payload.append(2)
        return message
    }

    static func userEvent(_ event: UserEvent, _ number: UInt32) -> RTMPMessage {
        var payload: [UInt8] = []
        payload.append(bigEndian: event.rawValue)
        payload.append(bigEndian: number)
        return RTMPMessage(type: .userControl, payload: payload)
    }

    /// The number of a ping that has to be answered; nil for all other events.
    static func ping(in payload: [UInt8]) throws(RTMPError) -> UInt32? {
        var reader = ByteReader(payload, structure: "user control message")
        do {
            guard try reader.readUInt16() == UserEvent.pingRequest.rawValue else { return nil }
            return try reader.readUInt32()
        } catch {
            throw .malformed(error)
        }
    }
}
