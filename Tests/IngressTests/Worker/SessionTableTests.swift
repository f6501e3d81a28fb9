import MediaWire
import Testing

@testable import Ingress

@Suite("Who gets which session")
struct SessionTableTests {
    private let start = Instant(nanoseconds: 0)

    /// The table, to be changed within expectations.
    private final class Table {
        private var table: SessionTable

        init(grace: Duration = .seconds(10), conflict: PublisherConflict = .newest) {
            table = SessionTable(grace: grace, conflict: conflict)
        }

        func admit(_ publisher: UInt64, _ resource: String, ingress: String = "IN_1") -> SessionTable.Verdict {
            table.admit(publisher, ingress: ingress, resource: resource)
        }

        func left(_ publisher: UInt64, isAwaited: Bool = true, at now: Instant) -> SessionTable.Departure {
            table.left(publisher, ingress: "IN_1", isAwaited: isAwaited, at: now)
        }

        func due(at now: Instant) -> [String] { table.due(at: now) }
        func closes(_ resource: String) { table.closes("IN_1", resource: resource) }
        func ended(_ resource: String) { table.ended("IN_1", resource: resource) }
        var hasPublisher: Bool { table.hasPublisher("IN_1") }
    }

    @Test("a publisher that comes back within the grace period gets its session back")
    func comesBack() {
        let table = Table()
        #expect(table.admit(1, "RT_a") == .begins)
        #expect(table.hasPublisher)
        #expect(table.left(1, at: start) == .isAwaited("RT_a"))
        #expect(!table.hasPublisher)
        #expect(table.due(at: start + .seconds(9)).isEmpty)
        #expect(table.admit(2, "RT_b") == .resumes("RT_a"))
        #expect(table.due(at: start + .seconds(60)).isEmpty)
        #expect(table.left(2, at: start + .seconds(60)) == .isAwaited("RT_a"))
    }

    @Test("one that does not come back ends its session once, and whoever comes then waits for the end of it")
    func doesNotComeBack() {
        let table = Table()
        _ = table.admit(1, "RT_a")
        _ = table.left(1, at: start)
        #expect(table.due(at: start + .seconds(10)) == ["RT_a"])
        #expect(table.due(at: start + .seconds(11)).isEmpty)
        #expect(table.admit(2, "RT_b") == .waits("RT_a"))
        table.ended("RT_a")
        #expect(table.admit(2, "RT_b") == .begins)
    }

    @Test("one that says so is not waited for", arguments: [true, false])
    func saysSo(hasGrace: Bool) {
        let table = Table(grace: hasGrace ? .seconds(10) : .zero)
        _ = table.admit(1, "RT_a")
        #expect(table.left(1, isAwaited: !hasGrace, at: start) == .ends("RT_a"))
        #expect(table.left(1, at: start) == .isNobody)
        #expect(table.admit(2, "RT_b") == .waits("RT_a"))
    }

    @Test("the newest publisher takes the session over, and the one before has none any more")
    func newest() {
        let table = Table()
        _ = table.admit(1, "RT_a")
        #expect(table.admit(2, "RT_b") == .takesOver("RT_a", from: 1))
        #expect(table.left(1, at: start) == .isNobody)
        #expect(table.hasPublisher)
        #expect(table.admit(3, "RT_c") == .takesOver("RT_a", from: 2))
        #expect(table.left(3, at: start) == .isAwaited("RT_a"))
    }

    @Test("the oldest publisher stays where that is asked for, until it is gone")
    func oldest() {
        let table = Table(conflict: .oldest)
        _ = table.admit(1, "RT_a")
        #expect(table.admit(2, "RT_b") == .isBusy)
        #expect(table.left(2, at: start) == .isNobody)
        #expect(table.left(1, at: start) == .isAwaited("RT_a"))
        #expect(table.admit(3, "RT_c") == .resumes("RT_a"))
    }

    @Test("a session that is being ended takes nobody, and is of no concern to others")
    func closing() {
        let table = Table()
        _ = table.admit(1, "RT_a")
        table.closes("RT_x")
        #expect(table.admit(2, "RT_b") == .takesOver("RT_a", from: 1))
        table.closes("RT_a")
        #expect(table.admit(3, "RT_c") == .waits("RT_a"))
        #expect(table.left(2, at: start) == .isNobody)
        #expect(table.admit(4, "RT_d", ingress: "IN_2") == .begins)
        table.ended("RT_x")
        #expect(table.admit(3, "RT_c") == .waits("RT_a"))
    }
}
