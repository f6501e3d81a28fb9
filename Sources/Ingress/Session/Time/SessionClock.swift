import MediaWire

/// Tells the RTP time and the time of day of every instant of a session, by one comparison of the clocks at its start.
///
/// All tracks derive both from the same instants, so that receivers bring sound and picture together exactly; a wall clock that
/// is set later does not bend anything.
struct SessionClock: Sendable, Hashable {
    /// The start of the session.
    let origin: Instant
    private let wallClock: WallClock
    /// What RTP times start from (RFC 3550 §5.1 wants a random value).
    private let rtpOrigin: UInt32

    /// A clock that shows `wallClock` at `origin`.
    init(origin: Instant, wallClock: WallClock, rtpOrigin: UInt32) {
        self.origin = origin
        self.wallClock = wallClock
        self.rtpOrigin = rtpOrigin
    }

    /// Ticks of 1/`rate` second from the origin to `time`, to the nearest.
    func ticks(at time: Instant, rate: Int) -> Int64 {
        MediaTime(value: (time - origin).nanoseconds, timescale: 1_000_000_000).rescaled(to: Int32(clamping: rate))
            .value
    }

    /// The instant `ticks` of 1/`rate` second after the origin, to the nearest nanosecond.
    func instant(ofTick ticks: Int64, rate: Int) -> Instant {
        origin + .nanoseconds(MediaTime(value: ticks, timescale: Int32(clamping: rate)).nanoseconds)
    }

    /// The RTP time of an instant for a codec that counts `rate` ticks a second.
    func rtpTimestamp(at time: Instant, rate: Int) -> UInt32 {
        rtpOrigin &+ UInt32(truncatingIfNeeded: ticks(at: time, rate: rate))
    }

    /// The time of day of an instant.
    func wallClock(at time: Instant) -> WallClock { wallClock + (time - origin) }
}
