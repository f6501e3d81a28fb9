/// All series of one name.
struct MetricFamily {
    /// What Prometheus calls a type.
    enum Kind: String {
        case counter, gauge, histogram
    }

    let name: String
    let kind: Kind
    let help: String
    private var all: [[MetricLabel]: MetricSeries] = [:]

    init(name: String, kind: Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    var count: Int { all.count }

    /// Every series, those with the smallest labels first.
    var series: [MetricSeries] {
        all.values.sorted { first, second in
            first.labels.map(\.value).lexicographicallyPrecedes(second.labels.map(\.value))
        }
    }

    /// The series with these labels, in whatever order they are given.
    func series(_ labels: [MetricLabel]) -> MetricSeries? { all[Self.sorted(labels)] }

    @discardableResult
    mutating func add(_ labels: [MetricLabel], buckets: [Double]) -> MetricSeries {
        let labels = Self.sorted(labels)
        let series = MetricSeries(labels: labels, buckets: buckets)
        all[labels] = series
        return series
    }

    mutating func remove(_ label: MetricLabel) {
        all = all.filter { !$0.key.contains(label) }
    }

    mutating func remove(_ handler: AnyObject) {
        all = all.filter { $0.value !== handler }
    }

    private static func sorted(_ labels: [MetricLabel]) -> [MetricLabel] {
        labels.sorted { $0.name < $1.name }
    }
}
