import CoreMetrics
import Synchronization

/// One series: a number, or the buckets of a histogram.
final class MetricSeries: Sendable {
    /// What has been observed.
    struct Observations: Sendable {
        /// How many lay in each bucket and in no lower one; the last is for those above every bound.
        var counts: [UInt64]
        var sum = 0.0
    }

    private struct State {
        var value = 0.0
        var observations: Observations
    }

    let labels: [MetricLabel]
    /// Upper bounds, rising; none for anything but a histogram.
    let bounds: [Double]
    private let state: Mutex<State>

    init(labels: [MetricLabel], buckets: [Double]) {
        self.labels = labels
        bounds = buckets
        state = Mutex(State(observations: Observations(counts: Array(repeating: 0, count: buckets.count + 1))))
    }

    var value: Double { state.withLock { $0.value } }
    var observations: Observations { state.withLock { $0.observations } }

    func set(_ value: Double) {
        state.withLock { $0.value = value }
    }

    func add(_ amount: Double) {
        state.withLock { $0.value += amount }
    }

    private func observe(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.observations.counts[bucket] += 1
            $0.observations.sum += value
            $0.value = value
        }
    }
}

extension MetricSeries: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func reset() { set(0.0) }
}

extension MetricSeries: MeterHandler {
    func set(_ value: Int64) {
        let value = Double(value)
        set(value)
    }
    func decrement(by amount: Double) { add(-amount) }
}

extension MetricSeries: RecorderHandler {
    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
}

extension MetricSeries: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }
}
