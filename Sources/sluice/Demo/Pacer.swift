import Foundation
import Synchronization

/// Runs a step at fixed moments on a thread of its own, for codecs must not block the cooperative pool.
final class Pacer: Sendable {
    private let isStopped = Mutex(false)

    /// Calls `step` with 0, 1, 2 … every `interval` until it throws or `stop` is called.
    ///
    /// A late step is caught up. Returns when the thread has ended, and throws what the step threw.
    func run(named name: String, every interval: Duration, _ step: @escaping @Sendable (Int) throws -> Void)
        async throws
    {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let thread = Thread { [self] in
                do {
                    let start = ContinuousClock.now
                    var number = 0
                    while !isStopped.withLock({ $0 }) {
                        try step(number)
                        number += 1
                        let wait = ContinuousClock.now.duration(to: start + interval * number)
                        if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                    }
                    done.resume()
                } catch {
                    done.resume(throwing: error)
                }
            }
            thread.name = name
            thread.start()
        }
    }

    /// Makes `run` return after the step that runs now.
    func stop() {
        isStopped.withLock { $0 = true }
    }
}
