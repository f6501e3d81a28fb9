internal import MediaWire

/// Many messages in one: FLV tags one behind the other (RTMP 1.0 §7.1.6).
enum AggregateMessage {
    /// The messages in it; their times follow from that of the whole, which is the first one's.
    static func messages(in whole: RTMPMessage) throws(WireError) -> [RTMPMessage] {
        var reader = ByteReader(whole.payload, structure: "aggregate message")
        var messages: [RTMPMessage] = []
        var difference: UInt32?
        while !reader.isAtEnd {
            let type = RTMPMessageType(rawValue: try reader.readUInt8())
            let length = Int(try reader.readUInt24())
            let low = try reader.readUInt24()
            let timestamp = UInt32(try reader.readUInt8()) << 24 | low
            let offset = difference ?? whole.timestamp &- timestamp
            difference = offset
            try reader.skip(3)
            let payload = try reader.readBytes(length)
            // The length again, for those who read backwards.
            try reader.skip(4)
            messages.append(
                RTMPMessage(
                    chunkStream: whole.chunkStream,
                    timestamp: timestamp &+ offset,
                    type: type,
                    stream: whole.stream,
                    payload: payload
                )
            )
        }
        return messages
    }
}
