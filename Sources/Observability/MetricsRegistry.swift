public import CoreMetrics
import Synchronization

/// The metrics of a process, behind swift-metrics' API, readable as Prometheus text.
///
/// A metric is a family of series: one name, one kind, any number of label sets. Counters are Prometheus counters; meters and
/// recorders that do not aggregate are gauges; aggregating recorders and timers are histograms, timers in seconds.
public final class MetricsRegistry: MetricsFactory, Sendable {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var collectors: [@Sendable (MetricsRegistry) -> Void] = []
        var refused = 0
    }

    /// Labels that every series carries, such as `node_id`.
    public let commonLabels: [MetricLabel]
    private let helps: [String: String]
    private let buckets: [String: [Double]]
    private let state = Mutex(State())

    /// A registry without metrics.
    ///
    /// - Parameters:
    ///   - commonLabels: put on every series.
    ///   - helps: what the metric of that name tells.
    ///   - buckets: upper bounds of a histogram's buckets, rising, by its name; ``defaultBuckets`` for the others.
    public init(commonLabels: [MetricLabel] = [], helps: [String: String] = [:], buckets: [String: [Double]] = [:]) {
        self.commonLabels = commonLabels
        self.helps = helps
        self.buckets = buckets
    }

    /// Prometheus' own defaults, made for seconds.
    public static let defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// No family has more series: labels that come from requests must not fill the memory.
    public static let maximumSeries = 2_000

    /// `collector` is called before each reading, to set what is only known when asked for.
    public func onCollect(_ collector: @escaping @Sendable (MetricsRegistry) -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Sets a gauge; a short form for collectors.
    public func set(_ name: String, _ labels: [MetricLabel] = [], to value: Double) {
        series(name, .gauge, labels).set(value)
    }

    /// Sets a counter that is kept elsewhere; a short form for collectors.
    public func set(counter name: String, _ labels: [MetricLabel], to value: Double) {
        series(name, .counter, labels).set(value)
    }

    /// Removes every series of a family that has this label: what it told of is gone.
    public func remove(_ label: MetricLabel) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(label) }
        }
    }

    /// All metrics, in the text format of Prometheus 0.0.4.
    public func text() -> String {
        for collector in state.withLock({ $0.collectors }) { collector(self) }
        let (families, refused) = state.withLock { ($0.families.values.sorted { $0.name < $1.name }, $0.refused) }
        var text = PrometheusText(commonLabels: commonLabels)
        for family in families { text.append(family) }
        if refused > 0 {
            var family = MetricFamily(
                name: "sluice_metrics_refused_total",
                kind: .counter,
                help: "Series over the limit."
            )
            family.add([], buckets: []).set(Double(refused))
            text.append(family)
        }
        return text.text
    }

    /// The series of these labels, made when there is none; one that leads nowhere when the name has another kind already.
    private func series(_ label: String, _ kind: MetricFamily.Kind, _ labels: [MetricLabel]) -> MetricSeries {
        let name = MetricName(sanitizing: label).rawValue
        return state.withLock { state in
            var family = state.families[name] ?? MetricFamily(name: name, kind: kind, help: helps[name] ?? "")
            if let known = family.series(labels), family.kind == kind { return known }
            guard family.kind == kind, family.count < Self.maximumSeries else {
                state.refused += 1
                return MetricSeries(labels: labels, buckets: [])
            }
            let series = family.add(labels, buckets: kind == .histogram ? buckets[name] ?? Self.defaultBuckets : [])
            state.families[name] = family
            return series
        }
    }
}

// MARK: - swift-metrics

extension MetricsRegistry {
    /// A counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions.map(MetricLabel.init))
    }

    /// A counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions.map(MetricLabel.init))
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions.map(MetricLabel.init))
    }

    /// A histogram, or a gauge if it does not aggregate.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        series(label, aggregate ? .histogram : .gauge, dimensions.map(MetricLabel.init))
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions.map(MetricLabel.init))
    }

    /// Forgets a counter.
    public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    /// Forgets a counter of fractions.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    /// Forgets a histogram or gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    /// Forgets a histogram.
    public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }

    private func forget(_ handler: AnyObject) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(handler) }
        }
    }
}
