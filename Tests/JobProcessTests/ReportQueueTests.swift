import JobProcess
import MediaWire
import Testing

@Suite("Reports of jobs")
struct ReportQueueTests {
    private let start = Instant(nanoseconds: 0)

    private func info(_ subject: String, _ status: Note.Status, updated: Int64 = 0) -> Note {
        Note(subject: subject, status: status, updated: updated)
    }

    @Test("of one job go out one after the other, in order, and of several at once")
    func order() {
        let queue = Queue()
        #expect(queue.add(info("a", .active)))
        #expect(queue.add(info("a", .ending)))
        #expect(queue.add(info("b", .active)))
        #expect(queue.due(at: start).map(\.subject) == ["a", "b"])
        #expect(queue.due(at: start).isEmpty)
        queue.finished("a", .delivered, at: start)
        #expect(queue.due(at: start).map(\.status) == [.ending])
        #expect(queue.add(info("a", .complete)))
        #expect(queue.due(at: start).isEmpty)
        queue.finished("a", .delivered, at: start)
        #expect(queue.due(at: start).map(\.status) == [.complete])
        #expect(!queue.isSettled("a"))
        queue.finished("a", .delivered, at: start)
        queue.finished("b", .delivered, at: start)
        #expect(queue.isEmpty && queue.isSettled("a"))
    }

    @Test("that wait are replaced by newer ones of the same status, and no status is left out")
    func replacing() {
        let queue = Queue()
        _ = queue.add(info("a", .active, updated: 1))
        #expect(queue.due(at: start).map(\.updated) == [1])
        // The one under way is not touched.
        _ = queue.add(info("a", .active, updated: 2))
        _ = queue.add(info("a", .active, updated: 3))
        _ = queue.add(info("a", .complete, updated: 4))
        queue.finished("a", .unreachable, at: start)
        var told: [Int64] = []
        var now = start
        while let time = queue.nextTime ?? (queue.isEmpty ? nil : now) {
            now = time
            for info in queue.due(at: now) {
                told.append(info.updated)
                queue.finished("a", .delivered, at: now)
            }
        }
        #expect(told == [1, 3, 4])
    }

    @Test("never go backwards, and nothing follows the end")
    func backwards() {
        let queue = Queue()
        _ = queue.add(info("a", .ending))
        #expect(!queue.add(info("a", .active)))
        #expect(queue.add(info("a", .aborted)))
        #expect(!queue.add(info("a", .complete)))
        #expect(!queue.add(info("a", .aborted)))
    }

    @Test("are tried again after 0.5 s, then twice as long each time up to a minute, until somebody hears them")
    func waiting() {
        let queue = Queue()
        _ = queue.add(info("a", .active))
        var now = start
        var waits: [Duration] = []
        for _ in 0..<9 {
            #expect(queue.due(at: now).count == 1)
            queue.finished("a", .unreachable, at: now)
            #expect(!queue.isHealthy)
            let next = queue.nextTime ?? now
            waits.append(next - now)
            #expect(queue.due(at: next + .nanoseconds(-1)).isEmpty)
            now = next
        }
        #expect(waits == [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].map { .milliseconds($0) })
        #expect(queue.due(at: now).count == 1)
        queue.finished("a", .delivered, at: now)
        #expect(queue.isHealthy && queue.isEmpty && queue.nextTime == nil)
    }

    @Test("that are refused are not tried again, and do not hold up the next")
    func refusing() {
        let queue = Queue()
        _ = queue.add(info("a", .active))
        _ = queue.due(at: start)
        _ = queue.add(info("a", .complete))
        queue.finished("a", .refused, at: start)
        #expect(queue.isHealthy)
        #expect(queue.due(at: start).map(\.status) == [.complete])
    }

    @Test("are under way five at a time")
    func bounded() {
        let queue = Queue()
        for number in 0..<8 { _ = queue.add(info("EG_\(number)", .active)) }
        #expect(queue.due(at: start).map(\.subject) == (0..<5).map { "EG_\($0)" })
        queue.finished("EG_2", .delivered, at: start)
        #expect(queue.due(at: start).map(\.subject) == ["EG_5"])
    }
}

/// A state to be told.
private struct Note: StateReport {
    enum Status: Int { case active, ending, complete, aborted }

    static let finalRank = 2
    var subject: String
    var status: Status
    var updated: Int64
    var rank: Int { min(status.rawValue, Self.finalRank) }
}

/// The queue, to be changed within expectations.
private final class Queue {
    private var queue = ReportQueue<Note>()

    var isEmpty: Bool { queue.isEmpty }
    var isHealthy: Bool { queue.isHealthy }
    var nextTime: Instant? { queue.nextTime }

    func isSettled(_ id: String) -> Bool { queue.isSettled(id) }
    func add(_ info: Note) -> Bool { queue.add(info) }
    func due(at now: Instant) -> [Note] { queue.due(at: now) }
    func finished(_ id: String, _ outcome: ReportQueue<Note>.Outcome, at now: Instant) {
        queue.finished(id, outcome, at: now)
    }
}
