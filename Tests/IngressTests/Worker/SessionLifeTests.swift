import LiveKitProtocol
import MediaWire
import Testing

@testable import Ingress

@Suite("The life of a session")
struct SessionLifeTests {
    private let start = Instant(nanoseconds: 0)

    /// A life, to be changed within expectations.
    private final class Life {
        private var life: SessionLife
        private var time: Int64 = 100

        init(isPulled: Bool = false) {
            life = SessionLife(resource: "RT_a", isPulled: isPulled, startedAt: 100)
        }

        var state: Livekit_IngressState { life.state }
        var isOver: Bool { life.isOver }

        func launched(at now: Instant) { life.launched(at: now) }
        func stop(at now: Instant) { life.stop(.requested, at: now) }
        func sourceEnded(at now: Instant) { life.sourceEnded(at: now) }
        func sourceFailed(_ error: IngressSessionError, at now: Instant) { life.sourceFailed(error, at: now) }
        func alive(at now: Instant) { life.heard(at: now) }
        func freeze(at now: Instant) -> String? { life.freeze(at: now) }

        @discardableResult
        func heard(_ phase: IngressSessionReport.Phase, at now: Instant) -> Bool {
            time += 1
            return life.heard(IngressSessionReport(phase: phase), at: now, unixNanoseconds: time)
        }

        func exited(hasSource: Bool = true, at now: Instant) -> SessionLife.Next {
            time += 1
            return life.exited("signal 11", hasSource: hasSource, at: now, unixNanoseconds: time)
        }
    }

    private static func failed(_ code: IngressSessionError.Code) -> IngressSessionReport.Phase {
        .ended(.failed(IngressSessionError(code)))
    }

    @Test(
        "ends as its process says",
        arguments: [
            (.ended(.completed), false, .endpointInactive, ""), (.ended(.completed), true, .endpointComplete, ""),
            (.ended(.stopped(.deleted)), false, .endpointInactive, ""),
            (failed(.roomDisconnected), false, .endpointError, "room disconnected"),
            (failed(.sourceNotReady), true, .endpointError, "source encoder not ready"),
        ] as [(IngressSessionReport.Phase, Bool, Livekit_IngressState.Status, String)]
    )
    func ends(phase: IngressSessionReport.Phase, isPulled: Bool, status: Livekit_IngressState.Status, error: String) {
        let life = Life(isPulled: isPulled)
        #expect(life.state.status == .endpointBuffering && life.state.startedAt == 100)
        life.launched(at: start)
        #expect(life.heard(.publishing, at: start))
        #expect(life.state.status == .endpointPublishing)
        #expect(!life.heard(phase, at: start))
        #expect(life.state.status == .endpointPublishing)
        #expect(life.exited(at: start) == .over)
        #expect(life.state.status == status && life.state.error == error)
        #expect(life.state.endedAt > 100 && life.state.updatedAt == life.state.endedAt)
    }

    @Test("goes on in another process when one dies, three times in a row, and to the world it never stopped")
    func relaunches() {
        let life = Life()
        for wait in [Duration.zero, .seconds(1), .seconds(2)] {
            life.launched(at: start)
            life.heard(.buffering, at: start)
            life.heard(.publishing, at: start)
            #expect(life.exited(at: start + .seconds(1)) == .relaunch(after: wait))
            #expect(life.state.status == .endpointPublishing && life.state.endedAt == 0)
        }
        life.launched(at: start)
        life.heard(.buffering, at: start)
        #expect(life.state.status == .endpointPublishing)
        #expect(life.exited(at: start) == .over)
        #expect(life.state.status == .endpointError)
        #expect(life.state.error == "the session's process ended unexpectedly: signal 11")
    }

    @Test("forgets its deaths once it has published for a minute")
    func proven() {
        let life = Life()
        for _ in 0..<10 {
            life.launched(at: start)
            life.heard(.publishing, at: start)
            #expect(life.exited(at: start + .seconds(60)) == .relaunch(after: .zero))
        }
    }

    @Test("is over with its process when nobody publishes, or when it was to end")
    func nothingToPublish() {
        let lonely = Life()
        lonely.launched(at: start)
        #expect(lonely.exited(hasSource: false, at: start) == .over)
        #expect(lonely.state.status == .endpointError)
        let stopped = Life()
        stopped.launched(at: start)
        stopped.stop(at: start)
        #expect(stopped.exited(at: start) == .over)
        #expect(stopped.state.status == .endpointInactive && stopped.state.error.isEmpty)
        #expect(stopped.exited(at: start) == .over)
    }

    @Test(
        "ends for the reason for which its source did, however its process ends",
        arguments: [nil, .ended(.completed), failed(.sourceNotReady), failed(.roomDisconnectedUnexpectedly)]
            as [IngressSessionReport.Phase?]
    )
    func sourceFailed(phase: IngressSessionReport.Phase?) {
        let life = Life()
        life.launched(at: start)
        life.heard(.publishing, at: start)
        life.sourceFailed(IngressSessionError(.unsupportedFormat, detail: "VP6"), at: start)
        life.sourceFailed(IngressSessionError(.unsupportedFormat, detail: "H.263"), at: start)
        if let phase { life.heard(phase, at: start) }
        #expect(life.exited(at: start) == .over)
        #expect(life.state.status == .endpointError)
        #expect(life.state.error == "unsupported format for the source media: VP6")
    }

    @Test("that is to end does not become a failure by what its source does then")
    func sourceFailedTooLate() {
        let life = Life()
        life.launched(at: start)
        life.stop(at: start)
        life.sourceFailed(IngressSessionError(.unsupportedFormat), at: start)
        #expect(life.exited(at: start) == .over)
        #expect(life.state.status == .endpointInactive && life.state.error.isEmpty)
    }

    @Test("goes on when the room was lost for a reason that may pass")
    func retryable() {
        let life = Life()
        life.launched(at: start)
        life.heard(Self.failed(.roomDisconnectedUnexpectedly), at: start)
        #expect(life.exited(at: start) == .relaunch(after: .zero))
        life.launched(at: start)
        #expect(life.heard(.publishing, at: start))
        #expect(life.state.error.isEmpty)
    }

    @Test("does not wait for ever for a process that says nothing, or does not end")
    func freezing() {
        let life = Life()
        #expect(life.freeze(at: start + .seconds(99)) == nil)
        life.launched(at: start)
        #expect(life.freeze(at: start + .seconds(19)) == nil)
        life.alive(at: start + .seconds(19))
        #expect(life.freeze(at: start + .seconds(48)) == nil)
        #expect(life.freeze(at: start + .seconds(49)) == "the session's process stood still")
        #expect(life.freeze(at: start + .seconds(50)) == nil)
        #expect(life.exited(hasSource: false, at: start + .seconds(50)) == .over)
        #expect(life.state.error == "the session's process stood still")
        let mute = Life()
        mute.launched(at: start)
        #expect(mute.freeze(at: start + .seconds(20)) == "the session's process did not start")
        let stubborn = Life()
        stubborn.launched(at: start)
        stubborn.alive(at: start + .seconds(59))
        stubborn.sourceEnded(at: start + .seconds(55))
        #expect(stubborn.freeze(at: start + .seconds(64)) == nil)
        #expect(stubborn.freeze(at: start + .seconds(65)) == "the session did not end in time")
    }

    @Test("has times that never go back, whatever the wall clock does")
    func clock() {
        var life = SessionLife(resource: "RT_a", isPulled: false, startedAt: 100)
        life.launched(at: start)
        _ = life.heard(IngressSessionReport(phase: .publishing), at: start, unixNanoseconds: 50)
        #expect(life.state.updatedAt == 100)
        _ = life.exited("", hasSource: false, at: start, unixNanoseconds: 60)
        #expect(life.state.updatedAt == 100 && life.state.endedAt == 100)
    }
}
