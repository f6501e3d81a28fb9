import MediaWire
import Testing

@testable import PeerTransport

@Suite struct NACKTrackerTests {
    private func at(_ milliseconds: Int) -> Instant { testStart + .milliseconds(milliseconds) }

    @Test func reorderedPacketsAreNotAskedFor() {
        var tracker = NACKTracker()
        tracker.received(1, at: at(0))
        tracker.received(3, at: at(1))
        tracker.received(2, at: at(15))
        #expect(tracker.nextDue == nil)
        #expect(tracker.takeDue(at: at(1000), roundTrip: nil) == [])
    }

    @Test func aLossIsAskedForTenTimesSoonerThanAnAnswerCanBeThere() {
        var tracker = NACKTracker()
        tracker.received(65_534, at: at(0))
        tracker.received(65_537, at: at(0))
        var asked: [Int] = []
        var now = 0
        while let due = tracker.nextDue, now < 10_000 {
            now = Int((due - testStart).nanoseconds / 1_000_000)
            if tracker.takeDue(at: due, roundTrip: .milliseconds(100)) == [65_535, 0] { asked.append(now) }
        }
        #expect(asked == [20, 95, 170, 245, 320, 395, 470, 545, 620, 695])
        #expect(tracker.nextDue == nil)
    }

    @Test func spacingStaysWithinItsBounds() {
        for (roundTrip, spacing) in [(1, 20), (5000, 400)] {
            var tracker = NACKTracker()
            tracker.received(1, at: at(0))
            tracker.received(3, at: at(0))
            _ = tracker.takeDue(at: at(20), roundTrip: .milliseconds(roundTrip))
            #expect(tracker.nextDue == at(20 + spacing))
        }
    }

    @Test func atMostAHundredAreAwaitedTheNewest() {
        var tracker = NACKTracker()
        tracker.received(0, at: at(0))
        tracker.received(80, at: at(0))
        tracker.received(151, at: at(0))
        let due = tracker.takeDue(at: at(20), roundTrip: nil)
        #expect(due.count == NACKTracker.maximumPending)
        #expect(due.last == 150)
        #expect(!due.contains(1) && !due.contains(80))
    }

    @Test func whatArrivesIsNoLongerAskedFor() {
        var tracker = NACKTracker()
        tracker.received(1, at: at(0))
        tracker.received(5, at: at(0))
        #expect(tracker.takeDue(at: at(20), roundTrip: nil) == [2, 3, 4])
        tracker.received(3, at: at(50))
        #expect(tracker.takeDue(at: at(90), roundTrip: nil) == [2, 4])
        tracker.received(2, at: at(95))
        tracker.received(4, at: at(95))
        #expect(tracker.nextDue == nil)
    }
}
