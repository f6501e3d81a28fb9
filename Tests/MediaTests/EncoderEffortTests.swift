import Media
import MediaWire
import Testing

@Suite("The effort of an encoder")
struct EncoderEffortTests {
    private static let origin = Instant(nanoseconds: 1_000_000_000)

    /// Feeds pictures 30 a second from `from` to `to` seconds; at a picture a second, `leftOut` says how many were left out.
    private func feed(
        _ effort: inout EncoderEffort,
        _ seconds: Range<Int>,
        leftOut: (_ preset: String) -> Int = { _ in 0 }
    ) -> [(second: Int, preset: String)] {
        var changes: [(Int, String)] = []
        for number in seconds.lowerBound * 30..<seconds.upperBound * 30 {
            let count = number % 30 == 0 ? leftOut(effort.preset) : 0
            if effort.picture(at: Self.origin + .nanoseconds(Int64(number) * 33_333_333), leftOut: count) {
                changes.append((number / 30, effort.preset))
            }
        }
        return changes
    }

    @Test("stays where no picture or a single one is left out")
    func steady() {
        var effort = EncoderEffort()
        #expect(feed(&effort, 0..<300, leftOut: { _ in 1 }).isEmpty)
        #expect(effort.preset == "veryfast")
    }

    @Test("goes down step by step until the machine keeps up, and no further")
    func down() {
        var effort = EncoderEffort()
        let changes = feed(&effort, 0..<20, leftOut: { $0 == "superfast" ? 0 : 10 })
        #expect(changes.map(\.preset) == ["superfast"])
        var overloaded = EncoderEffort()
        let all = feed(&overloaded, 0..<20, leftOut: { _ in 10 })
        #expect(all.map(\.preset) == ["superfast", "ultrafast"])
        #expect(all[1].second - all[0].second >= 1, "a step is given time to show")
        var limited = EncoderEffort(presets: ["veryfast", "superfast"])
        #expect(feed(&limited, 0..<20, leftOut: { _ in 10 }).map(\.preset) == ["superfast"])
    }

    @Test("goes back up when the trouble is over")
    func up() {
        var effort = EncoderEffort()
        _ = feed(&effort, 0..<5, leftOut: { _ in 10 })
        #expect(effort.preset == "ultrafast")
        let changes = feed(&effort, 5..<100)
        #expect(changes.map(\.preset) == ["superfast", "veryfast"])
        #expect((30...40).contains(changes[0].second) && (60...75).contains(changes[1].second), "\(changes)")
    }

    @Test("tries less and less often what does not hold")
    func trials() {
        var effort = EncoderEffort()
        let changes = feed(&effort, 0..<3000, leftOut: { $0 == "veryfast" ? 10 : 0 })
        let trials = changes.filter { $0.preset == "veryfast" }.map(\.second)
        let pauses = zip(trials.dropFirst(), trials).map { $0 - $1 }
        #expect(zip(pauses.dropFirst(), pauses).allSatisfy { $0 >= $1 - 1 } && pauses.count <= 8, "\(trials)")
        #expect(pauses.last ?? 0 >= 600 && pauses.last ?? 0 <= 610)
        #expect(effort.preset == "superfast")
    }
}
