/// A packet's number among all packets of its transport, which transport-wide feedback refers to.
///
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 §2.
public struct TransportSequence: Sendable, Hashable {
    /// The number, counted over all streams of the transport.
    public var number: SequenceNumber

    /// The transport number `number`.
    public init(number: SequenceNumber) {
        self.number = number
    }

    /// Reads the extension element; `nil` when it is shorter than two bytes.
    public init?(decoding bytes: some Collection<UInt8>) {
        var iterator = bytes.makeIterator()
        guard let high = iterator.next(), let low = iterator.next() else { return nil }
        number = SequenceNumber(rawValue: UInt16(high) << 8 | UInt16(low))
    }

    /// The extension element's two bytes.
    public var encoded: [UInt8] {
        [UInt8(number.rawValue >> 8), UInt8(truncatingIfNeeded: number.rawValue)]
    }
}
