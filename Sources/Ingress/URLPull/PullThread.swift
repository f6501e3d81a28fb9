import Dispatch
import Glibc

/// A thread of its own for one pull: demuxers wait for the network, which must not occupy the cooperative pool.
enum PullThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new thread.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Work(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // FFmpeg's frames on the stack need more than some systems give to secondary threads.
        pthread_attr_setstacksize(&attributes, 4 << 20)
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                work.body()
                return nil
            },
            box.toOpaque()
        )
        pthread_attr_destroy(&attributes)
        precondition(result == 0, "the system refuses another thread: error \(result)")
    }

    /// Lets the calling thread rest, in pieces of at most 50 ms between which `mustStop` may end it.
    static func sleep(for duration: Duration, unless mustStop: () -> Bool) {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while !mustStop() {
            let rest = min(end - clock.now, .milliseconds(50))
            guard rest > .zero else { return }
            var time = timespec(tv_sec: 0, tv_nsec: Int(rest.components.attoseconds / 1_000_000_000))
            nanosleep(&time, nil)
        }
    }
}
