/// When media was captured, by the capturer's clock (webrtc.org, experiments/rtp-hdrext/abs-capture-time).
public struct AbsCaptureTime: Sendable, Hashable {
    /// The capture time.
    public var time: WallClock
    /// The estimated offset of the capturer's clock from the sender's, in 32.32 fixed-point seconds.
    public var clockOffset: Int64?

    /// A capture at `time`.
    public init(time: WallClock, clockOffset: Int64? = nil) {
        self.time = time
        self.clockOffset = clockOffset
    }

    /// Reads the extension element; `nil` unless it is 8 or 16 bytes long.
    public init?(decoding bytes: some Collection<UInt8>) {
        guard bytes.count == 8 || bytes.count == 16 else { return nil }
        time = WallClock(ntp: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        clockOffset =
            bytes.count == 8 ? nil : Int64(bitPattern: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The extension element's 8 or 16 bytes.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: time.ntp)
        if let clockOffset { bytes.append(bigEndian: UInt64(bitPattern: clockOffset)) }
        return bytes
    }
}
