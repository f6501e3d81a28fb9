/// A message, put together from its chunks.
struct RTMPMessage: Sendable, Hashable {
    /// The chunk stream that carries it, 2 to 65599 (RTMP 1.0 §5.3.1.1).
    var chunkStream: Int
    /// Milliseconds of the sender's clock, modulo 2³².
    var timestamp: UInt32
    var type: RTMPMessageType
    /// 0 for the connection itself.
    var stream: UInt32
    var payload: [UInt8]

    init(
        chunkStream: Int = 2,
        timestamp: UInt32 = 0,
        type: RTMPMessageType,
        stream: UInt32 = 0,
        payload: [UInt8]
    ) {
        self.chunkStream = chunkStream
        self.timestamp = timestamp
        self.type = type
        self.stream = stream
        self.payload = payload
    }
}
