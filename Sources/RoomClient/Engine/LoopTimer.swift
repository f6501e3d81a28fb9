package import MediaWire
package import NIOCore

/// One alarm on an event loop that rings at the earliest instant anybody asked for.
package final class LoopTimer {
    private let loop: any EventLoop
    private let ring: () -> Void
    private var scheduled: Scheduled<Void>?
    private var deadline: Instant?

    /// An alarm that calls `ring` on the loop.
    package init(loop: any EventLoop, ring: @escaping () -> Void) {
        self.loop = loop
        self.ring = ring
    }

    /// Asks for the alarm at an instant; an earlier alarm stays.
    package func wake(at instant: Instant?, now: Instant) {
        guard let instant, deadline.map({ instant < $0 }) ?? true else { return }
        scheduled?.cancel()
        deadline = instant
        let wait = TimeAmount.nanoseconds(max(0, (instant - now).nanoseconds))
        let bound = NIOLoopBound(self, eventLoop: loop)
        scheduled = loop.scheduleTask(in: wait) { bound.value.fire() }
    }

    /// Takes the alarm back.
    package func cancel() {
        scheduled?.cancel()
        scheduled = nil
        deadline = nil
    }

    private func fire() {
        scheduled = nil
        deadline = nil
        ring()
    }
}
