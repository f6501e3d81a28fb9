/// What Redis answers to a command.
public indirect enum RedisReply: Sendable, Hashable {
    /// There is no such thing.
    case null
    /// A number.
    case integer(Int64)
    /// A short word, such as `OK`.
    case status(String)
    /// Any bytes.
    case bytes([UInt8])
    /// More replies.
    case array([RedisReply])
    /// A command of a transaction failed. For a command of its own this is thrown.
    case error(String)

    /// The bytes, of whichever kind that has some; nil for the others.
    public var bytes: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .status(let text): Array(text.utf8)
        default: nil
        }
    }

    /// The bytes as text.
    public var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The replies in an array; nil for the other kinds.
    public var array: [RedisReply]? {
        if case .array(let replies) = self { replies } else { nil }
    }

    /// The number; nil for the other kinds.
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }
}
