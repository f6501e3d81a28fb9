import JobProcess
import MediaWire
import Testing

@Suite("Admission")
struct AdmissionTests {
    private static let memory: Int64 = 250 << 20
    private let start = Instant(nanoseconds: 1_000_000_000)

    private func admission(cores: Double, maximumMemory: Int64 = 0) -> Admission {
        Admission(
            cores: cores,
            limits: AdmissionLimits(
                maximumUtilization: 0.8,
                maximumMemory: maximumMemory,
                memory: Self.memory,
                killGrace: .seconds(30)
            )
        )
    }

    @Test("offers all cores while idle, and the part that may be given away after that")
    func idle() {
        var admission = admission(cores: 2)
        #expect(admission.affinity(forCost: 2, at: start) == 0.5)
        #expect(admission.affinity(forCost: 2.1, at: start) == -1)
        admission.begin("a", cost: 0.65, at: start)
        // 2 × 0.8 − 0.65
        #expect(admission.affinity(forCost: 0.65, at: start) == 1)
        admission.begin("b", cost: 0.65, at: start)
        #expect(admission.affinity(forCost: 0.65, at: start) == -1)
        #expect(admission.affinity(forCost: 0.02, at: start) == 1)
        admission.end("a")
        admission.end("b")
        #expect(admission.affinity(forCost: 2, at: start) == 0.5)
    }

    @Test("counts a new job with its cost for 15 seconds, then with what it uses")
    func holding() {
        var admission = admission(cores: 4)
        admission.begin("a", cost: 2, at: start)
        let usage = ["a": ProcessUsage(cores: 0.5, memory: 1)]
        #expect(admission.measured(usage, load: 0.2, at: start + .seconds(14)) == .none)
        #expect(abs(admission.available(at: start + .seconds(14)) - 1.2) < 1e-9)
        #expect(abs(admission.available(at: start + .seconds(15)) - 2.7) < 1e-9)
        _ = admission.measured(["a": ProcessUsage(cores: 3, memory: 1)], load: 0.9, at: start + .seconds(16))
        #expect(abs(admission.available(at: start + .seconds(16)) - 0.2) < 1e-9)
    }

    @Test("keeps a gigabyte free of the memory it may use")
    func memory() {
        var admission = admission(cores: 64, maximumMemory: (1 << 30) + Self.memory)
        #expect(admission.refusal(ofCost: 1, at: start) == nil)
        admission.begin("a", cost: 1, at: start)
        #expect(
            admission.refusal(ofCost: 1, at: start) == .memory(needed: Self.memory, available: 0)
        )
    }

    @Test("stops the job that is most over its cost after ten busy seconds, and kills it 30 seconds later")
    func overload() {
        var admission = admission(cores: 4)
        admission.begin("dear", cost: 2, at: start)
        admission.begin("cheap", cost: 0.1, at: start)
        let usage = [
            "dear": ProcessUsage(cores: 2.2, memory: 1), "cheap": ProcessUsage(cores: 1.8, memory: 1),
        ]
        var now = start
        for _ in 1..<Admission.overloadMeasurements {
            now = now + .seconds(1)
            #expect(admission.measured(usage, load: 0.99, at: now) == .none)
        }
        now = now + .seconds(1)
        #expect(admission.measured(usage, load: 0.99, at: now) == .stop("cheap"))
        #expect(admission.measured(usage, load: 0.5, at: now + .seconds(29)) == .none)
        #expect(admission.measured(usage, load: 0.5, at: now + .seconds(30)) == .kill("cheap"))
    }

    @Test("leaves a single job all there is, and forgives a busy second")
    func alone() {
        var admission = admission(cores: 1)
        admission.begin("a", cost: 0.5, at: start)
        let usage = ["a": ProcessUsage(cores: 1, memory: 1)]
        for second in 1...30 {
            #expect(admission.measured(usage, load: 1, at: start + .seconds(second)) == .none)
        }
        admission.begin("b", cost: 0.5, at: start)
        for second in 31...60 {
            // Nine busy seconds in a row at most; those before there were two do not count.
            let load = second % 10 == 0 ? 0.5 : 1
            #expect(admission.measured(usage, load: load, at: start + .seconds(second)) == .none)
        }
    }

    @Test("ends the largest job when memory runs out")
    func outOfMemory() {
        var admission = admission(cores: 8, maximumMemory: 3 << 30)
        admission.begin("small", cost: 0.1, at: start)
        admission.begin("large", cost: 0.1, at: start)
        let usage = [
            "small": ProcessUsage(cores: 0, memory: 1 << 30), "large": ProcessUsage(cores: 0, memory: 3 << 30),
        ]
        #expect(
            admission.measured(usage, load: 0, at: start) == .killForMemory("large", bytes: 3 << 30)
        )
    }
}
