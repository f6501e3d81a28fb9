import MediaWire

/// When the encoders of a recording get more threads.
///
/// They begin with as few as should keep up, for every further one costs time. How fast a core is and who shares it shows only
/// while recording: when frames pile up, encoders are given more of the machine before frames have to be left out.
struct EncoderPace {
    private var changedAt: Instant?

    /// Whether to add threads now that frames are made `lag` later than they should be.
    mutating func asksForThreads(lag: Duration, at now: Instant) -> Bool {
        guard lag > Self.tolerance else { return false }
        if let changedAt, now - changedAt < Self.patience { return false }
        changedAt = now
        return true
    }

    /// Half of what may pile up for long without frames left out (`FrameClock.lagLimit`), and more than a key frame costs.
    private static let tolerance = Duration.milliseconds(150)
    /// How long a change is given to show.
    private static let patience = Duration.seconds(2)
}
