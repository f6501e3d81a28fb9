import LiveKitProtocol
import Testing

@testable import Egress

@Suite("What is told of a stream")
struct StreamReportTests {
    private let second: Int64 = 1_000_000_000

    @Test("is the first failure at once, and later ones once a minute")
    func failures() throws {
        var report = StreamReport(url: "rtmp://h/a/{...}", id: "i", startedAt: 0)
        let atStart = report.connected(at: 1 * second)
        #expect(atStart == nil)
        let atFailure = report.failed("refused", at: 2 * second)
        let first = try #require(atFailure)
        #expect(first.error == "refused" && first.status == .active && first.retries == 0)
        for number in 1...10 {
            let atRetry = report.retrying(count: UInt32(number), at: (2 + Int64(number) * 5) * second)
            #expect(atRetry == nil)
            let atLaterFailure = report.failed("refused", at: (3 + Int64(number) * 5) * second)
            #expect(atLaterFailure == nil)
        }
        let early = report.due(at: 61 * second)
        #expect(early == nil)
        let inTime = report.due(at: 62 * second)
        let next = try #require(inTime)
        #expect(next.retries == 10 && next.lastRetryAt == 52 * second)
        let afterwards = report.due(at: 200 * second)
        #expect(afterwards == nil, "there is nothing new")
    }

    @Test("is that it works again, and at last how it ended")
    func recovery() throws {
        var report = StreamReport(url: "u", id: "i", startedAt: 5 * second)
        _ = report.failed("refused", at: 6 * second)
        let recovered = report.connected(at: 70 * second)
        let up = try #require(recovered)
        #expect(up.error.isEmpty && up.status == .active)
        let end = report.ended(failure: nil, at: 75 * second)
        #expect(end.status == .finished && end.endedAt == 75 * second && end.duration == 70 * second)
        let failed = report.ended(failure: "gone", at: 80 * second)
        #expect(failed.status == .failed)
    }

    @Test("is cut where a server says too much")
    func long() {
        var report = StreamReport(url: "u", id: "i", startedAt: 0)
        let text = String(repeating: "x", count: 10_000)
        let cut = report.failed(text, at: 1)
        #expect(cut?.error.count == StreamReport.longestError)
    }
}
