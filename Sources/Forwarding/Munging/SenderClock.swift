package import MediaWire

/// One sender report's statement: this RTP timestamp was at that time of the sender's clock (RFC 3550 §6.4.1).
package struct SenderClock: Sendable, Hashable {
    /// The sender's wall clock.
    package var ntp: WallClock
    /// The RTP timestamp at that time.
    package var rtpTimestamp: UInt32

    /// A pair from a report.
    package init(ntp: WallClock, rtpTimestamp: UInt32) {
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
    }

    /// The timestamp that another stream of the same sender has at the moment this stream has `timestamp`.
    ///
    /// The layers of a simulcast track count from different random origins; their reports share one clock.
    package func translate(_ timestamp: UInt32, to other: SenderClock, clockRate: Int) -> UInt32 {
        let gap = Double(Int64(bitPattern: ntp.ntp &- other.ntp.ntp)) / 4_294_967_296
        let ticks = Int64((gap * Double(clockRate)).rounded())
        let sinceReport = timestamp &- rtpTimestamp
        return other.rtpTimestamp &+ sinceReport &+ UInt32(truncatingIfNeeded: ticks)
    }
}
