/// Bounds a sender sets to the delay a receiver adds (webrtc.org, experiments/rtp-hdrext/playout-delay).
public struct PlayoutDelay: Sendable, Hashable {
    /// The least delay, in units of 10 ms, 12 bits.
    public var minimum: UInt16
    /// The greatest delay, in units of 10 ms, 12 bits.
    public var maximum: UInt16

    /// Bounds in units of 10 ms, 0 through 4095.
    public init(minimum: UInt16, maximum: UInt16) {
        precondition(minimum <= 0xFFF && maximum <= 0xFFF, "playout delays have twelve bits")
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Reads the extension element; `nil` when it is shorter than three bytes.
    public init?(decoding bytes: some Collection<UInt8>) {
        guard bytes.count >= 3 else { return nil }
        let value = bytes.prefix(3).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        minimum = UInt16(value >> 12)
        maximum = UInt16(value & 0xFFF)
    }

    /// The extension element's three bytes.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian24: UInt32(minimum) << 12 | UInt32(maximum))
        return bytes
    }
}
