import CoreMetrics
import Observability
import Testing

@Suite("The metrics of a process")
struct MetricsRegistryTests {
    @Test(
        "have names as Prometheus takes them",
        arguments: [
            ("livekit_egress_available", true), ("9lives", false), ("a-b", false), ("", false), ("a:b", true),
        ]
    )
    func names(name: String, isValid: Bool) {
        #expect((MetricName(name) != nil) == isValid)
        #expect(MetricName(MetricName(sanitizing: name).rawValue) != nil)
    }

    @Test("become text, sorted, with labels and kinds")
    func text() {
        let registry = MetricsRegistry(
            commonLabels: [MetricLabel("node_id", "NE_1")],
            helps: ["livekit_egress_available": "Whether jobs are taken."]
        )
        Counter(label: "b.requests", dimensions: [("type", "file")], factory: registry).increment(by: 2)
        Counter(label: "b.requests", dimensions: [("type", "file")], factory: registry).increment()
        Gauge(label: "livekit_egress_available", factory: registry).record(1)
        Meter(label: "a_load", dimensions: [("type", "x\"\\\ny")], factory: registry).set(0.5)
        #expect(
            registry.text() == """
                # TYPE a_load gauge
                a_load{node_id="NE_1",type="x\\"\\\\\\ny"} 0.5
                # TYPE b_requests counter
                b_requests{node_id="NE_1",type="file"} 3
                # HELP livekit_egress_available Whether jobs are taken.
                # TYPE livekit_egress_available gauge
                livekit_egress_available{node_id="NE_1"} 1

                """
        )
    }

    @Test("count observations into buckets that include those below")
    func histogram() {
        let registry = MetricsRegistry(buckets: ["upload_ms": [10, 100]])
        let recorder = Recorder(label: "upload_ms", factory: registry)
        for value in [5, 10, 11, 1000] { recorder.record(value) }
        let timer = Timer(label: "wait", factory: registry)
        timer.recordMilliseconds(20)
        let lines = registry.text().split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("upload_ms") } == [
                "upload_ms_bucket{le=\"10\"} 2", "upload_ms_bucket{le=\"100\"} 3", "upload_ms_bucket{le=\"+Inf\"} 4",
                "upload_ms_sum 1026", "upload_ms_count 4",
            ]
        )
        #expect(lines.contains("wait_bucket{le=\"0.01\"} 0"))
        #expect(lines.contains("wait_bucket{le=\"0.025\"} 1"))
        #expect(lines.contains("wait_sum 0.02"))
    }

    @Test("are asked for when they are read, and forgotten when what they told of is gone")
    func collecting() {
        let registry = MetricsRegistry()
        registry.onCollect { $0.set("jobs", [MetricLabel("egress_id", "EG_1")], to: 7) }
        #expect(registry.text().contains("jobs{egress_id=\"EG_1\"} 7"))
        let counter = Counter(label: "frames", dimensions: [("egress_id", "EG_2")], factory: registry)
        counter.increment()
        registry.remove(MetricLabel("egress_id", "EG_2"))
        #expect(!registry.text().contains("frames"))
        let other = Counter(label: "others", factory: registry)
        other.increment()
        other.destroy()
        #expect(!registry.text().contains("others"))
    }

    @Test("are bounded, and do not mix kinds")
    func bounds() {
        let registry = MetricsRegistry()
        for number in 0...MetricsRegistry.maximumSeries {
            Counter(label: "many", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        let text = registry.text()
        #expect(text.split(separator: "\n").count { $0.hasPrefix("many{") } == MetricsRegistry.maximumSeries)
        #expect(text.contains("sluice_metrics_refused_total 1"))
        Gauge(label: "many", factory: registry).record(5)
        #expect(!registry.text().contains("many 5"))
    }
}
