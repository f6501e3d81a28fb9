internal import MediaWire

/// When a hub that gathers its work does it: at multiples of an interval, the same for all hubs of a process, so that reading and
/// timers share their wake-ups.
///
/// The beats of the first second are close: connecting takes many turns of little traffic, each of which would wait for its beat.
struct Rhythm {
    /// Between two beats.
    let interval: Duration
    private let startedAt: Instant

    init(interval: Duration, startedAt: Instant) {
        precondition(interval > .zero)
        self.interval = interval
        self.startedAt = startedAt
    }

    /// When to do what is due at `time`: at the first beat from then on.
    func beat(from time: Instant) -> Instant {
        let interval = time - startedAt < Self.prelude ? min(interval, Self.closeInterval) : interval
        let (beats, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: interval.nanoseconds)
        return rest > 0 ? Instant(nanoseconds: (beats + 1) * interval.nanoseconds) : time
    }

    /// The beat that follows one.
    func beat(after time: Instant) -> Instant { beat(from: time + .nanoseconds(1)) }

    private static let prelude = Duration.seconds(1)
    private static let closeInterval = Duration.milliseconds(4)
}
