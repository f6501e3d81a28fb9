/// What is known of a chunk stream: the header of its last message, and as much of a message as has come.
struct ChunkStream {
    let id: Int
    /// Whether any message began on it.
    var hasHeader = false
    /// The timestamp of the message.
    var timestamp: UInt32 = 0
    /// The timestamp or difference that the last header had, extended or not.
    var field: UInt32 = 0
    /// Whether it had 32 bits.
    var isExtended = false
    /// Whether it was a timestamp and no difference.
    var isAbsolute = false
    var length = 0
    var type = RTMPMessageType(rawValue: 0)
    var stream: UInt32 = 0
    /// What has come of the message.
    var payload: [UInt8] = []
    /// Whether more of the message is to come.
    var isAssembling = false

    init(id: Int) {
        self.id = id
    }

    /// Takes over what a header says of a new message; `field` is its timestamp or difference.
    mutating func begin(_ header: ChunkHeader, field: UInt32, isExtended: Bool) {
        switch header.format {
        case .full: timestamp = field
        case .sameStream, .sameLength: timestamp &+= field
        case .same: timestamp &+= isAbsolute && field > Self.longestRepeatedTimestamp ? 0 : field
        }
        if header.format != .same { isAbsolute = header.format == .full }
        self.field = field
        self.isExtended = isExtended
        length = header.length ?? length
        type = header.type ?? type
        stream = header.stream ?? stream
        hasHeader = true
        isAssembling = true
        payload = []
        payload.reserveCapacity(min(length, Self.reservedPayload))
    }

    /// A header that repeats one with a timestamp of its own repeats it as a difference (RTMP 1.0 §5.3.1.2.4), which
    /// makes sense for the first frames of a stream only.
    ///
    /// Later, there are peers that mean the same time; nobody means a stream to double its age.
    private static let longestRepeatedTimestamp: UInt32 = 1000
    /// What is set aside for a message before it comes.
    private static let reservedPayload = 1 << 16
}
