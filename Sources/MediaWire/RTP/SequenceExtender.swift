/// Unwraps 16-bit sequence numbers to 64 bits, so that they can be ordered and subtracted.
///
/// The first number keeps its value; one that is older than it by up to 32768 may come out negative.
public struct SequenceExtender: Sendable, Hashable {
    private var highest: Int64?

    /// An extender that has seen nothing.
    public init() {}

    /// The 64-bit number nearest to the newest seen so far whose low 16 bits are `number`.
    public mutating func extend(_ number: SequenceNumber) -> Int64 {
        guard let highest else {
            self.highest = Int64(number.rawValue)
            return Int64(number.rawValue)
        }
        let newest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: highest))
        let extended = highest + Int64(newest.distance(to: number))
        self.highest = max(highest, extended)
        return extended
    }
}
