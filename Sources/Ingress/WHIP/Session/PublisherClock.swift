import MediaWire

/// Brings the wall clock of a publisher onto ours: when a picture or sound was captured, as an instant of the hub.
///
/// The publisher's sender reports say what was captured together. Our instant for it is fixed once, by the first sample
/// whose report is known: its arrival. All streams of the publisher share that one offset, so they stay in step. A
/// stream without a report yet counts by arrival, which is the same but for the jitter of the network.
struct PublisherClock {
    /// How far a captured time may be from the arrival before the publisher's clock counts as set anew.
    ///
    /// Far above what buffers in senders and networks hold, far below what a corrected wall clock jumps by.
    static let credibleDistance = Duration.seconds(5)

    /// Our instants less the publisher's wall clock, nanoseconds.
    private var offset: Int64?

    /// When a sample was captured, and whether a report says so.
    mutating func captured(reported: WallClock?, arrival: Instant) -> (at: Instant, isReported: Bool) {
        guard let reported else { return (arrival, false) }
        let wall = reported.unixNanoseconds
        let known = offset.map { Instant(nanoseconds: wall &+ $0) }
        if let known, abs((known - arrival).nanoseconds) <= Self.credibleDistance.nanoseconds { return (known, true) }
        offset = arrival.nanoseconds &- wall
        return (arrival, true)
    }
}
