/// When a packet left its sender: seconds modulo 64 in 6.18 fixed point.
///
/// Defined at webrtc.org, experiments/rtp-hdrext/abs-send-time.
public struct AbsSendTime: Sendable, Hashable {
    /// The 24 bits on the wire, in units of 2⁻¹⁸ s.
    public var value: UInt32

    /// The time with these 24 bits.
    public init(value: UInt32) {
        self.value = value & 0xFF_FFFF
    }

    /// The send time of a packet that leaves at `instant`.
    public init(_ instant: Instant) {
        let seconds64 = UInt64(bitPattern: instant.nanoseconds % 64_000_000_000 + 64_000_000_000) % 64_000_000_000
        self.init(value: UInt32((seconds64 << 18) / 1_000_000_000))
    }

    /// Reads the extension element; `nil` when it is shorter than three bytes.
    public init?(decoding bytes: some Collection<UInt8>) {
        guard bytes.count >= 3 else { return nil }
        value = bytes.prefix(3).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The extension element's three bytes.
    public var encoded: [UInt8] {
        [
            UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value),
        ]
    }

    /// The time from `earlier` to this, taking the shorter way around the 64-second circle.
    public func elapsed(since earlier: AbsSendTime) -> Duration {
        let difference = Int32(bitPattern: (value &- earlier.value) << 8) >> 8
        return .nanoseconds((Int64(difference) * 1_000_000_000) >> 18)
    }
}
