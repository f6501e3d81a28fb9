import MediaWire
import Testing

@testable import Ingress

@Suite("What ends a session")
struct SessionWatchTests {
    private let start = Instant(nanoseconds: 0)

    private func watch(grace: Int = 10) -> SessionWatch {
        var settings = TranscodingSettings()
        settings.grace = .seconds(grace)
        return SessionWatch(settings: settings, start: start)
    }

    @Test("A source that sends nothing for a minute is not ready")
    func silence() {
        var watch = watch()
        watch.check(at: start + .milliseconds(59_999))
        #expect(watch.end == nil)
        watch.mediaCame(at: start + .seconds(50))
        watch.check(at: start + .seconds(100))
        #expect(watch.end == nil)
        watch.check(at: start + .seconds(110))
        guard case .failed(let error) = watch.end else {
            Issue.record("the session goes on")
            return
        }
        #expect((error.message, error.status) == ("source encoder not ready", 412))
        #expect(!error.isRetryable)
    }

    @Test("A room that takes no track for a minute is lost")
    func room() {
        var watch = watch()
        watch.publishingBegan(at: start + .seconds(5))
        watch.publishingBegan(at: start + .seconds(30))
        watch.mediaCame(at: start + .seconds(60))
        watch.check(at: start + .milliseconds(64_999))
        #expect(watch.end == nil)
        watch.check(at: start + .seconds(65))
        #expect(watch.end == .failed(IngressSessionError(.roomDisconnectedUnexpectedly)))
        #expect(IngressSessionError(.roomDisconnectedUnexpectedly).isRetryable)
    }

    @Test("A source may stay away as long as its grace, and its silence counts anew afterwards")
    func grace() {
        var watch = watch()
        watch.sourceLost(at: start + .seconds(100))
        watch.check(at: start + .seconds(109))
        #expect(watch.isSourceAway && watch.end == nil)
        watch.sourceResumed(at: start + .seconds(109))
        watch.check(at: start + .seconds(168))
        #expect(!watch.isSourceAway && watch.end == nil)
        watch.sourceLost(at: start + .seconds(200))
        watch.check(at: start + .seconds(210))
        #expect(watch.end == .completed)
    }

    @Test("Without a grace a loss is the end, and the first end counts")
    func firstEnd() {
        var watch = watch(grace: 0)
        watch.sourceLost(at: start)
        watch.finish(.stopped(.deleted))
        #expect(watch.end == .completed)
    }
}
