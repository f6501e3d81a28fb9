/// Metrics as Prometheus reads them (text format 0.0.4).
struct PrometheusText {
    private(set) var text = ""
    private let commonLabels: [MetricLabel]

    init(commonLabels: [MetricLabel]) {
        self.commonLabels = commonLabels
    }

    mutating func append(_ family: MetricFamily) {
        let series = family.series
        guard !series.isEmpty else { return }
        if !family.help.isEmpty { text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n" }
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for series in series {
            switch family.kind {
            case .counter, .gauge: line(family.name, series.labels, series.value)
            case .histogram: histogram(family.name, series)
            }
        }
    }

    private mutating func histogram(_ name: String, _ series: MetricSeries) {
        let observations = series.observations
        var total: UInt64 = 0
        for (index, count) in observations.counts.enumerated() {
            total += count
            let bound = index < series.bounds.count ? number(series.bounds[index]) : "+Inf"
            line("\(name)_bucket", series.labels + [MetricLabel("le", bound)], Double(total))
        }
        line("\(name)_sum", series.labels, observations.sum)
        line("\(name)_count", series.labels, Double(total))
    }

    private mutating func line(_ name: String, _ labels: [MetricLabel], _ value: Double) {
        let own = Set(labels.map(\.name))
        let all = commonLabels.filter { !own.contains($0.name) } + labels
        let list = all.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " \(number(value))\n"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        // Exact up to 2^53; what is larger is no count any more.
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
        return "\(value)"
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
