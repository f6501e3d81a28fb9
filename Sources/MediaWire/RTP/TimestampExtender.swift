/// Unwraps 32-bit RTP timestamps to 64 bits, so that they can be ordered and subtracted.
///
/// The first timestamp keeps its value; one that is older than it may come out negative.
public struct TimestampExtender: Sendable, Hashable {
    private var newest: Int64?

    /// An extender that has seen nothing.
    public init() {}

    /// The 64-bit timestamp nearest to the newest seen so far whose low 32 bits are `timestamp`.
    public mutating func extend(_ timestamp: UInt32) -> Int64 {
        guard let newest else {
            self.newest = Int64(timestamp)
            return Int64(timestamp)
        }
        let difference = Int32(bitPattern: timestamp &- UInt32(truncatingIfNeeded: newest))
        let extended = newest + Int64(difference)
        self.newest = max(newest, extended)
        return extended
    }
}
