import Foundation

/// A thread of its own for one pull: demuxers wait for the network, which must not occupy the cooperative pool.
enum PullThread {
    /// Runs `body` on a new thread.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = "url pull"
        // FFmpeg's frames on the stack need more than some systems give to secondary threads.
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Lets the calling thread rest, in pieces of at most 50 ms between which `mustStop` may end it.
    static func sleep(for duration: Duration, unless mustStop: () -> Bool) {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while !mustStop() {
            let rest = min(end - clock.now, .milliseconds(50))
            guard rest > .zero else { return }
            Thread.sleep(forTimeInterval: Double(rest.components.attoseconds) * 1e-18)
        }
    }
}
