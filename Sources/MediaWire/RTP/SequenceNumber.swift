/// A 16-bit RTP sequence number, which wraps.
///
/// It is deliberately not `Comparable`: wrapping numbers have no total order. See ``isNewer(than:)``, or extend them to
/// 64 bits with ``SequenceExtender``.
@frozen
public struct SequenceNumber: RawRepresentable, Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The 16 bits on the wire.
    public var rawValue: UInt16

    /// The number with these 16 bits.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The number with these 16 bits.
    @inlinable
    public init(integerLiteral value: UInt16) {
        self.rawValue = value
    }

    /// The steps from this number to `other` along the shorter way: -32768 through 32767.
    @inlinable
    public func distance(to other: SequenceNumber) -> Int {
        Int(Int16(bitPattern: other.rawValue &- rawValue))
    }

    /// Whether this number comes after `other`, taking the shorter way around.
    @inlinable
    public func isNewer(than other: SequenceNumber) -> Bool {
        other.distance(to: self) > 0
    }

    /// The number `offset` steps on, wrapping.
    @inlinable
    public static func &+ (number: SequenceNumber, offset: Int) -> SequenceNumber {
        SequenceNumber(rawValue: number.rawValue &+ UInt16(truncatingIfNeeded: offset))
    }

    /// The number `offset` steps back, wrapping.
    @inlinable
    public static func &- (number: SequenceNumber, offset: Int) -> SequenceNumber {
        SequenceNumber(rawValue: number.rawValue &- UInt16(truncatingIfNeeded: offset))
    }
}

extension SequenceNumber: CustomStringConvertible {
    /// The number in decimal.
    public var description: String { String(rawValue) }
}
