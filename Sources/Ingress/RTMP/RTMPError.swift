internal import MediaWire

/// Why a connection is cut off: what comes is not RTMP, or more of it than is allowed.
enum RTMPError: Error, Hashable, Sendable {
    /// The first byte of the peer is not 3.
    case unsupportedVersion(UInt8)
    /// A control message or a command does not have the form it should.
    case malformed(WireError)
    /// A chunk continues what never began.
    case unknownChunkStream(Int)
    case tooManyChunkStreams(limit: Int)
    case messageTooLarge(length: Int, limit: Int)
    /// A message begins on a chunk stream in the middle of another.
    case interruptedMessage(stream: Int)
    case invalidChunkSize(UInt32)
    /// A command that does not belong where it came.
    case misplacedCommand(name: String, state: String)
    /// Commands and data come faster than any encoder sends them.
    case tooManyMessages
    /// There should have been a publish command by now.
    case tooManyBytes(limit: Int)
    /// Handshake, connect and publish took too long.
    case tooSlow(seconds: Int)
    /// A publisher sent nothing for that long.
    case idle(seconds: Int)
    /// That many tags could not be read.
    case tooManyMalformedTags(limit: Int)

}

extension RTMPError: CustomStringConvertible {
    /// What was wrong, with which value, and what would be right.
    var description: String {
        switch self {
        case .unsupportedVersion(let version): "the first byte is \(version); of RTMP it is \(RTMPHandshake.version)"
        case .malformed(let error): "\(error)"
        case .unknownChunkStream(let id): "chunk stream \(id) is continued but never began"
        case .tooManyChunkStreams(let limit): "more than \(limit) chunk streams"
        case .messageTooLarge(let length, let limit): "messages of \(length) bytes; \(limit) are allowed"
        case .interruptedMessage(let id): "a message begins on chunk stream \(id) in the middle of another"
        case .invalidChunkSize(let size): "a chunk size of \(size); it is 1 to 2147483647"
        case .misplacedCommand(let name, let state): "\(name) \(state)"
        case .tooManyMessages: "more commands and data than an encoder sends"
        case .tooManyBytes(let limit): "more than \(limit) bytes before anything was published"
        case .tooSlow(let seconds): "nothing was published within \(seconds) s"
        case .idle(let seconds): "nothing was sent for \(seconds) s"
        case .tooManyMalformedTags(let limit): "more than \(limit) tags of sound and pictures were malformed"
        }
    }
}
