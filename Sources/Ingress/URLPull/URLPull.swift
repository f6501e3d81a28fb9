import Media
import MediaWire
import Synchronization

/// Pulls one URL and says what it holds, as a publisher would.
///
/// A thread of its own opens the source, reads, and hands each sample on when it is due:
///
///     open ──tracks──▶ read ──▶ PullTimeline ──▶ LivePacing ──wait──▶ sink
///      ▲                 └─ broke, and it is live: PullRetry ─┐    └─ its end: drained, complete
///      └──────────────────────────────────────────────────────┘
///
/// Nothing is queued: while a sample waits the source is not read, and TCP holds the server back.
package final class URLPull: Sendable {
    /// How a pull ended.
    package enum Outcome: Sendable, Hashable {
        /// The source is over, and all of it was handed on.
        case complete
        /// It was told to stop.
        case stopped
        /// The source cannot be pulled, or was lost.
        case failed(PullFailure)
    }

    let url: PullURL
    let connector: GuardedConnector
    let limits: PullLimits
    let sink: any InputSink
    let control = StreamControl()
    private let isStopping = Atomic<Bool>(false)

    /// A pull that has not begun.
    package init(
        _ url: PullURL,
        connector: GuardedConnector,
        limits: PullLimits = PullLimits(),
        sink: any InputSink
    ) {
        self.url = url
        self.connector = connector
        self.limits = limits
        self.sink = sink
    }

    /// Pulls until the end, until it is told to stop or its task is cancelled.
    ///
    /// The sink's last event is `ended`. May be called once.
    package func run() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                PullThread.start { [self] in
                    var worker = PullWorker(self)
                    let outcome = worker.run()
                    sink.receive(.ended)
                    continuation.resume(returning: outcome)
                }
            }
        } onCancel: {
            stop()
        }
    }

    /// Ends the pull soon: what is waited for is given up, but for a host's name that is being resolved.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        control.cancel()
    }

    /// Whether it was told to stop.
    var mustStop: Bool { isStopping.load(ordering: .relaxed) }
}
