import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends what a ``StreamConnection`` waits for, from any thread.
///
/// FFmpeg asks it about ten times a second while it waits for the network. Resolving a host name cannot be interrupted.
public final class StreamControl: Sendable {
    private let isCancelled = Atomic<Bool>(false)
    /// Monotonic nanoseconds.
    private let end = Atomic<Int64>(.max)
    private let operationEnd = Atomic<Int64>(.max)

    /// A control that stops nothing yet.
    public init() {}

    /// Stops whatever is going on, and all that is tried later.
    public func cancel() {
        isCancelled.store(true, ordering: .relaxed)
    }

    /// Lets the connection go on for so long at most.
    public func expire(after limit: Duration) {
        end.min(Self.now(plus: limit), ordering: .relaxed)
    }

    /// Starts an operation that may take so long.
    package func begin(limit: Duration) {
        operationEnd.store(Self.now(plus: limit), ordering: .relaxed)
    }

    /// Whether waiting has to end.
    package var mustStop: Bool {
        guard !isCancelled.load(ordering: .relaxed) else { return true }
        let now = Self.now(plus: .zero)
        return now >= operationEnd.load(ordering: .relaxed) || now >= end.load(ordering: .relaxed)
    }

    private static func now(plus duration: Duration) -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let (seconds, attoseconds) = duration.components
        // Limits are minutes at most: a day keeps any caller's value far from overflow.
        let limit = min(max(0, seconds), 86_400) * 1_000_000_000 + attoseconds / 1_000_000_000
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) + limit
    }
}
