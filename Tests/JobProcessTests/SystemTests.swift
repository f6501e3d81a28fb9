import Logging
import MediaWire
import Testing

@testable import JobProcess

@Suite("What the system tells of processes")
struct SystemTests {
    @Test("a process's usage, whatever its name is")
    func processes() throws {
        let stat =
            "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 9999 1000000 25 18446744073709551615"
        let entry = try #require(ProcessTable.entry(stat: stat))
        #expect(entry.start == 9999 && entry.seconds == 2 && entry.memory == 25 * 4096)
        #expect(ProcessTable.entry(stat: stat.replacing(" S ", with: " Z ")) == nil)
        #expect(ProcessTable.entry(stat: "42 (x) S") == nil)
    }

    @Test("the machine's busy time and the cores of a control group")
    func machine() throws {
        let time = try #require(ProcessTable.machineTime(stat: "cpu  10 0 10 70 10 0 0 0 0 0\ncpu0 1\n"))
        #expect(time.busy == 20 && time.total == 100)
        #expect(ProcessTable.machineTime(stat: "intr 5") == nil)
        #expect(ProcessTable.coreQuota("150000 100000\n") == 1.5)
        #expect(ProcessTable.coreQuota("max 100000\n") == nil)
    }

    @Test("cores out of processor time")
    func meter() {
        var meter = UsageMeter()
        let start = Instant(nanoseconds: 0)
        func entry(_ seconds: Double) -> ProcessTable.Entry { .init(seconds: seconds, memory: 7, start: 1) }
        let first = meter.usage(of: "a", entry(1), at: start)
        let second = meter.usage(of: "a", entry(2), at: start + .seconds(2))
        #expect(first == nil)
        #expect(second == ProcessUsage(cores: 0.5, memory: 7))
        let loads = [meter.load((1, 10)), meter.load((6, 20))]
        #expect(loads == [0, 0.5])
    }

    @Test("lines out of bytes, however they come, and not without end")
    func lines() {
        var splitter = LineSplitter()
        #expect(splitter.append(Array("a\nb".utf8)[...]) == ["a"])
        #expect(splitter.append(Array("c\n\nd".utf8)[...]) == ["bc", ""])
        #expect(splitter.rest == "d")
        let long = splitter.append([UInt8](repeating: 120, count: 20_000)[...])
        #expect(long.map(\.utf8.count) == [8192, 8192])
    }

    @Test(
        "the level of a job's line",
        arguments: [
            (
                "2026-01-31T12:00:00+0000 warning sluice.egress-job: text here", Logger.Level.warning,
                "sluice.egress-job: text here"
            ),
            ("Fatal error: something", .info, "Fatal error: something"), ("", .info, ""),
            ("2026 loud x", .info, "2026 loud x"),
        ]
    )
    func levels(line: String, level: Logger.Level, text: String) {
        #expect(JobLogLine.parse(line) == (level, text))
    }
}
