import MediaWire
import Testing

@testable import MessageBus

@Suite("Publications on their way")
struct PublishQueueTests {
    private let start = Instant(nanoseconds: 0)

    private func queue(_ ids: ClosedRange<Int>) -> PublishQueue {
        var queue = PublishQueue()
        for id in ids {
            let isTaken = queue.add(entry(id))
            #expect(isTaken)
        }
        return queue
    }

    private func entry(_ id: Int, bytes: Int = 1) -> PublishQueue.Entry {
        .init(
            id: id,
            channel: "c",
            payload: [UInt8](repeating: 0, count: bytes),
            deadline: start + .seconds(id)
        )
    }

    @Test("they go out once, in order, and are answered in order")
    func order() {
        var queue = queue(1...3)
        #expect(queue.takeUnsent().map(\.id) == [1, 2, 3])
        #expect(queue.takeUnsent().isEmpty)
        #expect(queue.add(entry(4)) == true)
        #expect(queue.takeUnsent().map(\.id) == [4])
        let answered = (0..<5).map { _ in queue.answered() }
        #expect(answered == [1, 2, 3, 4, nil])
    }

    @Test("after a loss everything that was not answered goes out again, in its place")
    func loss() {
        var queue = queue(1...3)
        _ = queue.takeUnsent()
        #expect(queue.answered() == 1)
        queue.lost()
        #expect(queue.add(entry(4)) == true)
        #expect(queue.takeUnsent().map(\.id) == [2, 3, 4])
    }

    @Test("an abandoned one is not sent, and one that was sent is answered to nobody")
    func abandoning() {
        var queue = queue(1...3)
        queue.abandon(2)
        #expect(queue.takeUnsent().map(\.id) == [1, 3])
        queue.abandon(1)
        #expect(queue.answered() == nil)
        #expect(queue.answered() == 3)
    }

    @Test("an abandoned one is not sent again after a loss")
    func abandonedAndLost() {
        var queue = queue(1...2)
        _ = queue.takeUnsent()
        queue.abandon(1)
        queue.lost()
        #expect(queue.takeUnsent().map(\.id) == [2])
    }

    @Test("what waited too long is given up, and says whose it was")
    func expiry() {
        var queue = queue(1...3)
        #expect(queue.deadline == start + .seconds(1))
        #expect(queue.expire(start + .seconds(2)) == [1, 2])
        #expect(queue.deadline == start + .seconds(3))
        #expect(queue.takeUnsent().map(\.id) == [3])
    }

    @Test("it is bounded, by number and by bytes, and refuses rather than forgets")
    func bounds() {
        var many = queue(1...PublishQueue.maximumEntries)
        #expect(many.add(entry(0)) == false)
        _ = many.takeUnsent()
        _ = many.answered()
        #expect(many.add(entry(0)) == true)
        var large = PublishQueue()
        #expect(large.add(entry(1, bytes: PublishQueue.maximumBytes)) == true)
        #expect(large.add(entry(2)) == false)
        large.abandon(1)
        #expect(large.add(entry(2)) == true)
    }

    @Test("at the end everybody who waits is told")
    func end() {
        var queue = queue(1...3)
        _ = queue.takeUnsent()
        queue.abandon(2)
        #expect(queue.removeAll() == [1, 3])
        #expect(queue.takeUnsent().isEmpty)
    }
}
