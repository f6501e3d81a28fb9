/// Why a message was not taken for sending.
public enum DataChannelError: Error, Sendable, Hashable {
    /// There is no such channel, or it has been closed.
    case closed
    /// The channel is not open yet: wait for its event.
    case notOpen
    /// The message is longer than the peer accepts.
    case messageTooLarge(size: Int, limit: Int)
    /// Too much waits to be sent: the peer reads more slowly than the caller writes.
    case bufferFull
}

extension DataChannelError: CustomStringConvertible {
    /// What was wrong and what would be right.
    public var description: String {
        switch self {
        case .closed: "the data channel is closed"
        case .notOpen: "the data channel is not open yet"
        case .messageTooLarge(let size, let limit):
            "a message of \(size) bytes is longer than the peer's limit of \(limit) bytes"
        case .bufferFull: "more than \(DataChannels.outboundLimit) bytes wait to be sent: send more slowly"
        }
    }
}
