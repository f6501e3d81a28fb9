import MediaWire
import Testing

@testable import Storage

@Suite("Upload patience")
struct UploadPatienceTests {
    private let outage = StoreFailure(.outage, "no answer")

    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    @Test("doubles its delay up to the longest one")
    func delays() {
        var patience = UploadPatience(UploadSession.Settings())
        var delays: [Duration] = []
        for second in 0..<8 {
            guard case .retry(let delay, _) = patience.failed(outage, at: at(Double(second)), jitter: 0.5) else {
                break
            }
            delays.append(delay)
        }
        #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
    }

    @Test("spreads its delays")
    func jitter() {
        for (jitter, expected) in [(0.0, 75), (1.0, 125)] {
            var patience = UploadPatience(UploadSession.Settings())
            #expect(
                patience.failed(outage, at: at(0), jitter: jitter)
                    == .retry(after: .milliseconds(expected), isLogged: true)
            )
        }
    }

    @Test("waits an outage out until it is too old, and a new one from its beginning")
    func age() {
        var patience = UploadPatience(UploadSession.Settings())
        _ = patience.failed(outage, at: at(0), jitter: 0)
        #expect(patience.failed(outage, at: at(21_599), jitter: 0) != .giveUp)
        #expect(patience.failed(outage, at: at(21_600), jitter: 0) == .giveUp)
        patience.succeeded()
        #expect(patience.failed(outage, at: at(30_000), jitter: 0) != .giveUp)
        #expect(patience.failed(outage, at: at(40_000), jitter: 0) != .giveUp)
    }

    @Test("logs an outage once a minute")
    func logging() {
        var patience = UploadPatience(UploadSession.Settings())
        var logged: [Int] = []
        for second in 0..<180 {
            guard case .retry(_, true) = patience.failed(outage, at: at(Double(second)), jitter: 0) else { continue }
            logged.append(second)
        }
        #expect(logged == [0, 60, 120])
    }

    @Test("gives up at once what is refused, and after five tries what may be a conflict")
    func refusals() {
        var patience = UploadPatience(UploadSession.Settings())
        #expect(patience.failed(StoreFailure(.refused, ""), at: at(0), jitter: 0) == .giveUp)
        patience = UploadPatience(UploadSession.Settings())
        for _ in 0..<5 { #expect(patience.failed(StoreFailure(.uncertain, ""), at: at(0), jitter: 0) != .giveUp) }
        #expect(patience.failed(StoreFailure(.uncertain, ""), at: at(0), jitter: 0) == .giveUp)
    }

    @Test("does not send a file for ever to a store that loses it")
    func lost() {
        var patience = UploadPatience(UploadSession.Settings())
        for _ in 0..<5 {
            #expect(patience.failed(StoreFailure(.lostUpload, ""), at: at(0), jitter: 0) == .startOver)
            patience.succeeded()
        }
        #expect(patience.failed(StoreFailure(.lostUpload, ""), at: at(0), jitter: 0) == .giveUp)
    }
}

@Suite("Upload queue")
struct UploadQueueTests {
    @Test("keeps its order, and lets a newer version of a key take an older one's place")
    func order() {
        var queue = UploadQueue()
        #expect(queue.append(1, key: "s1", isReplacing: false).isEmpty)
        #expect(queue.append(2, key: "p", isReplacing: true).isEmpty)
        #expect(queue.append(3, key: "s2", isReplacing: false).isEmpty)
        #expect(queue.append(4, key: "p", isReplacing: true) == [2])
        #expect(queue.append(5, key: "s2", isReplacing: false).isEmpty)
        #expect((0..<5).map { _ in queue.next() } == [1, 3, 4, 5, nil])
    }
}
