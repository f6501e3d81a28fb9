/// The identifier of one RTP stream: a synchronization source (RFC 3550 §3).
@frozen
public struct SSRC: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The 32 bits on the wire.
    public var rawValue: UInt32

    /// The source with these 32 bits.
    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The source with these 32 bits.
    @inlinable
    public init(integerLiteral value: UInt32) {
        self.rawValue = value
    }
}

extension SSRC: CustomStringConvertible {
    /// The number in decimal, as SDP writes it.
    public var description: String { String(rawValue) }
}
