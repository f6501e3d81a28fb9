import CHiredis

/// hiredis' reader of replies: bytes go in as they come, whole replies come out.
struct RedisReader: ~Copyable {
    /// Bounds a reply that is not yet whole: far above the largest listing of egresses.
    static let maximumUnread = 256 << 20
    /// Bounds the elements of one array, for which memory is taken before they come.
    static let maximumElements: Int32 = 4_000_000

    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        guard let reader = redisReaderCreate() else { preconditionFailure("no memory for a reader of Redis replies") }
        reader.pointee.fn = boundedFunctions
        self.reader = reader
    }

    deinit { redisReaderFree(reader) }

    /// Takes bytes as they came.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(BusError) {
        guard let base = bytes.bindMemory(to: CChar.self).baseAddress else { return }
        guard redisReaderFeed(reader, base, bytes.count) == REDIS_OK else { throw failure() }
    }

    /// The next whole reply; nil until more bytes come.
    mutating func next() throws(BusError) -> RedisReply? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw failure() }
        guard let object else {
            guard reader.pointee.len - reader.pointee.pos <= Self.maximumUnread else {
                throw BusError("Redis sends a reply of more than \(Self.maximumUnread) bytes")
            }
            return nil
        }
        defer { freeReplyObject(object) }
        return RedisReply(object.assumingMemoryBound(to: redisReply.self).pointee)
    }

    private func failure() -> BusError {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return BusError("what came is no Redis reply: \(text)")
    }
}

/// hiredis' own functions that build replies: every reader has the same.
private let defaultFunctions: redisReplyObjectFunctions = {
    guard let reader = redisReaderCreate() else { preconditionFailure("no memory for a reader of Redis replies") }
    defer { redisReaderFree(reader) }
    return reader.pointee.fn.pointee
}()

/// The same with a bound on arrays.
///
/// Written once, before the first reader, and never freed.
private nonisolated(unsafe) let boundedFunctions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    functions.initialize(to: defaultFunctions)
    functions.pointee.createArray = { task, count in
        count <= RedisReader.maximumElements ? defaultFunctions.createArray(task, count) : nil
    }
    return functions
}()

extension RedisReply {
    fileprivate init(_ reply: redisReply) {
        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: reply.str, count: reply.len) }
        switch reply.type {
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_STRING: self = .bytes(Array(bytes))
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
            self = .array(elements.map { $0.map { RedisReply($0.pointee) } ?? .null })
        default: self = .null
        }
    }
}
