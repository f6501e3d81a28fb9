/// Makes messages of a stream of chunks (RTMP 1.0 §5.3).
///
/// Give it bytes as they come, then take messages until there is none. It acts on Set Chunk Size and Abort Message
/// itself, and keeps them to itself. After an error it is of no use.
struct ChunkReader {
    /// What a peer may send.
    struct Limits: Sendable {
        /// The longest message with media; a key frame of 2160p at 50 Mb/s is below 2 MB.
        var mediaMessage = 8 << 20
        /// The longest of all others.
        var otherMessage = 256 << 10
        /// Bytes of all messages that have begun and are not whole.
        var assembly = 12 << 20
        /// Chunk streams; encoders use up to six.
        var chunkStreams = 32
    }

    /// The size of chunks until a peer sets another (RTMP 1.0 §5.4.1).
    static let initialChunkSize = 128
    /// No message is longer (RTMP 1.0 §5.4.1).
    static let largestChunkSize = 0xFF_FFFF

    /// The size of the peer's chunks.
    private(set) var chunkSize = ChunkReader.initialChunkSize
    private let limits: Limits
    private var queue = ByteQueue()
    private var streams: [ChunkStream] = []
    /// The chunk that is being read.
    private var current: (index: Int, remaining: Int)?
    /// The lengths of messages that have begun.
    private var pledged = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes bytes in.
    mutating func receive(_ bytes: [UInt8]) {
        queue.append(bytes)
    }

    /// The next message that is whole; nil if more bytes are needed.
    mutating func next() throws(RTMPError) -> RTMPMessage? {
        while let message = try nextOfAny() {
            switch message.type {
            case .setChunkSize: try setChunkSize(message.payload)
            case .abort: try abort(message.payload)
            default: return message
            }
        }
        return nil
    }

    private mutating func nextOfAny() throws(RTMPError) -> RTMPMessage? {
        while true {
            guard let chunk = current else {
                guard try beginChunk() else { return nil }
                continue
            }
            let part = queue.take(chunk.remaining)
            streams[chunk.index].payload += part
            guard part.count == chunk.remaining else {
                current = (chunk.index, chunk.remaining - part.count)
                return nil
            }
            current = nil
            if streams[chunk.index].payload.count == streams[chunk.index].length { return finish(chunk.index) }
        }
    }

    /// Reads a chunk's header; false if it is not whole.
    private mutating func beginChunk() throws(RTMPError) -> Bool {
        guard let header = ChunkHeader(queue) else { return false }
        let index = try index(of: header)
        let stream = streams[index]
        guard !stream.isAssembling || header.format == .same else {
            throw .interruptedMessage(stream: header.chunkStream)
        }
        var size = header.size
        var field = header.timestamp ?? stream.field
        let isExtended = header.timestamp.map { $0 == ChunkHeader.extended } ?? stream.isExtended
        if isExtended {
            guard let value = queue.uint32(at: size) else { return false }
            // In the middle of a message some peers repeat it, as they should, and some do not.
            if !stream.isAssembling {
                (field, size) = (value, size + 4)
            } else if value == stream.field || value == stream.timestamp {
                size += 4
            }
        }
        queue.skip(size)
        if !stream.isAssembling { try beginMessage(index, header, field: field, isExtended: isExtended) }
        current = (index, min(chunkSize, streams[index].length - streams[index].payload.count))
        return true
    }

    private mutating func index(of header: ChunkHeader) throws(RTMPError) -> Int {
        let known = streams.firstIndex { $0.id == header.chunkStream }
        // librtmp begins streams with a header that lacks but the stream's number.
        let isFresh = known.map { !streams[$0].hasHeader } ?? true
        guard !isFresh || header.format == .full || header.format == .sameStream else {
            throw .unknownChunkStream(header.chunkStream)
        }
        if let known { return known }
        guard streams.count < limits.chunkStreams else { throw .tooManyChunkStreams(limit: limits.chunkStreams) }
        streams.append(ChunkStream(id: header.chunkStream))
        return streams.count - 1
    }

    private mutating func beginMessage(
        _ index: Int,
        _ header: ChunkHeader,
        field: UInt32,
        isExtended: Bool
    ) throws(RTMPError) {
        streams[index].begin(header, field: field, isExtended: isExtended)
        let length = streams[index].length
        let limit = streams[index].type.isMedia ? limits.mediaMessage : limits.otherMessage
        guard length <= limit else { throw .messageTooLarge(length: length, limit: limit) }
        pledged += length
        guard pledged <= limits.assembly else { throw .messageTooLarge(length: pledged, limit: limits.assembly) }
    }

    private mutating func finish(_ index: Int) -> RTMPMessage {
        let stream = streams[index]
        forget(index)
        return RTMPMessage(
            chunkStream: stream.id,
            timestamp: stream.timestamp,
            type: stream.type,
            stream: stream.stream,
            payload: stream.payload
        )
    }

    private mutating func forget(_ index: Int) {
        pledged -= streams[index].length
        streams[index].isAssembling = false
        streams[index].payload = []
    }

    private mutating func setChunkSize(_ payload: [UInt8]) throws(RTMPError) {
        let size = try ProtocolControl.number(payload, in: "Set Chunk Size")
        guard size >= 1, size <= Int32.max else { throw .invalidChunkSize(size) }
        chunkSize = min(Int(size), Self.largestChunkSize)
    }

    private mutating func abort(_ payload: [UInt8]) throws(RTMPError) {
        let id = try ProtocolControl.number(payload, in: "Abort Message")
        if let index = streams.firstIndex(where: { $0.id == Int(id) && $0.isAssembling }) { forget(index) }
    }
}
