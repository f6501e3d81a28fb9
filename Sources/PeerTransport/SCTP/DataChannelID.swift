/// Names a data channel within its peer for as long as the peer lives; never reused, unlike stream numbers.
public struct DataChannelID: Sendable, Hashable {
    let number: UInt32
}

extension DataChannelID: CustomStringConvertible {
    /// The number alone.
    public var description: String { String(number) }
}
