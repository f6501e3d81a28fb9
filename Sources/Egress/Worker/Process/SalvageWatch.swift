import MediaWire

/// Decides when a process that completes what another has left is beyond hope.
///
/// A codec library that made the first process crash may make the second one hang. So it has to be heard of soon, and while it
/// closes files (from `progress` on) it has to use the processor: one that stands still will not go on by itself, and one
/// that goes round in circles is ended in the end. Storing (from `rewriting` on) waits for stores that are away, and has its
/// own limit there.
struct SalvageWatch: Sendable {
    /// How long a process may take for what it does.
    struct Limits: Sendable, Hashable {
        /// Until it is first heard of, and from its result to its end: what a job's process has, too (egress.md: 10 s).
        var launch = Duration.seconds(10)
        /// Without using the processor, while it closes a file: what a recording that stands still has, too.
        var standstill = Duration.seconds(30)
        /// To close one file: a day of 1080p, 35 GB, is remuxed at well over 50 MB/s in less.
        var closing = Duration.seconds(1_200)
    }

    private enum Phase {
        /// Started, or done but not gone.
        case coming(since: Instant)
        case closing(since: Instant, moved: Instant, seconds: Double)
        case storing
    }

    private let limits: Limits
    private var phase: Phase

    /// A process that was started just now.
    init(limits: Limits, at now: Instant) {
        self.limits = limits
        phase = .coming(since: now)
    }

    /// Takes note of what the process has said.
    mutating func heard(_ message: JobMessage, at now: Instant) {
        switch message {
        case .progress: phase = .closing(since: now, moved: now, seconds: 0)
        case .rewriting: phase = .storing
        case .ready, .info: phase = .coming(since: now)
        case .start, .salvage, .stop, .layout, .updateStream, .answer, .superseded: break
        }
    }

    /// Whether to end the process, which has used the processor for `seconds` so far; nil if that cannot be told.
    mutating func isHopeless(seconds: Double?, at now: Instant) -> Bool {
        switch phase {
        case .storing: return false
        case .coming(let since): return now - since >= limits.launch
        case .closing(let since, let moved, let before):
            if let seconds, seconds > before {
                phase = .closing(since: since, moved: now, seconds: seconds)
                return now - since >= limits.closing
            }
            return now - moved >= limits.standstill || now - since >= limits.closing
        }
    }
}
