import MediaWire
import Synchronization

/// Delivers reports in order, for as long as it takes (``ReportQueue``).
package final class ReportDelivery<Report: StateReport>: Sendable {
    private struct State {
        var queue = ReportQueue<Report>()
        /// When the loop will look by itself.
        var alarm: Instant?
    }

    private let deliver: @Sendable (Report) async -> ReportQueue<Report>.Outcome
    private let onSettled: @Sendable (_ subject: String) -> Void
    private let state = Mutex(State())
    private let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation

    /// A delivery by way of `deliver`; `onSettled` is called whenever everything about a subject has been told.
    package init(
        onSettled: @escaping @Sendable (_ subject: String) -> Void,
        deliver: @escaping @Sendable (Report) async -> ReportQueue<Report>.Outcome
    ) {
        self.deliver = deliver
        self.onSettled = onSettled
        (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether the last report found somebody to take it.
    package var isHealthy: Bool { state.withLock { $0.queue.isHealthy } }

    /// Whether everything has been told.
    package var isIdle: Bool { state.withLock { $0.queue.isEmpty } }

    /// Whether everything about a subject has been told.
    package func isSettled(_ subject: String) -> Bool { state.withLock { $0.queue.isSettled(subject) } }

    /// Tells how something stands, soon; false if that is no news.
    @discardableResult
    package func report(_ report: Report) -> Bool {
        let isNews = state.withLock { $0.queue.add(report) }
        wakeup.yield()
        return isNews
    }

    /// Forgets a subject.
    package func forget(_ subject: String) {
        state.withLock { $0.queue.forget(subject) }
    }

    /// Delivers until its task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in wakeups {
                let (due, alarm) = state.withLock { state in
                    let due = state.queue.due(at: .monotonic)
                    guard let next = state.queue.nextTime, state.alarm.map({ next < $0 }) ?? true else {
                        return (due, Instant?.none)
                    }
                    state.alarm = next
                    return (due, next)
                }
                for report in due { group.addTask { await self.send(report) } }
                if let alarm { group.addTask { await self.wake(at: alarm) } }
            }
            group.cancelAll()
        }
    }

    private func wake(at time: Instant) async {
        let wait = time - .monotonic
        if wait > .zero { try? await Task.sleep(for: wait) }
        state.withLock { if $0.alarm == time { $0.alarm = nil } }
        wakeup.yield()
    }

    private func send(_ report: Report) async {
        let outcome = await deliver(report)
        let isSettled = state.withLock { state in
            state.queue.finished(report.subject, outcome, at: .monotonic)
            return state.queue.isSettled(report.subject)
        }
        if isSettled { onSettled(report.subject) }
        wakeup.yield()
    }
}
