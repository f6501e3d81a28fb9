import MediaWire
import Testing

@testable import Egress

@Suite("The life of a job")
struct JobStateMachineTests {
    private func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    private func joined(video: Bool = true, audio: Bool = true) -> JobStateMachine {
        var machine = JobStateMachine(recordsVideo: video, recordsAudio: audio)
        expect(machine.joined(at: at(0)), is: .none)
        return machine
    }

    @Test("begins with the first picture")
    func firstPicture() {
        var machine = joined()
        expect(machine.pictureDecoded(for: at(80)), is: .start(at: at(80)))
        expect(machine.pictureDecoded(for: at(90)), is: .none)
        let hasStarted = machine.hasStarted
        #expect(hasStarted)
    }

    @Test("keeps the sound that came just before the first picture, but none much earlier")
    func soundBeforePicture() {
        var machine = joined()
        expect(machine.soundReceived(for: at(50), at: at(60)), is: .none)
        expect(machine.tick(at: at(600), expectsPicture: true), is: .none)
        expect(machine.pictureDecoded(for: at(300)), is: .start(at: at(50)))
        var later = joined()
        _ = later.soundReceived(for: at(50), at: at(60))
        expect(later.pictureDecoded(for: at(2000)), is: .start(at: at(2000)))
    }

    @Test("begins with the first sound where nobody sends a picture for half a second")
    func soundAlone() {
        var machine = joined()
        _ = machine.soundReceived(for: at(100), at: at(110))
        _ = machine.soundReceived(for: at(120), at: at(130))
        expect(machine.tick(at: at(600), expectsPicture: false), is: .none)
        expect(machine.tick(at: at(610), expectsPicture: false), is: .start(at: at(100)))
    }

    @Test("begins with the first sound at once where only sound is recorded")
    func audioOnly() {
        var machine = joined(video: false)
        expect(machine.pictureDecoded(for: at(10)), is: .none)
        expect(machine.soundReceived(for: at(100), at: at(110)), is: .start(at: at(100)))
    }

    @Test("begins after five seconds in any case", arguments: [true, false])
    func patience(expectsPicture: Bool) {
        var machine = joined()
        expect(machine.tick(at: at(4999), expectsPicture: expectsPicture), is: .none)
        expect(machine.tick(at: at(5000), expectsPicture: expectsPicture), is: .start(at: at(5000)))
    }

    @Test("is aborted by a stop before it began")
    func stopEarly() {
        var joining = JobStateMachine(recordsVideo: true, recordsAudio: true)
        expect(
            joining.stop(.stopRequested, at: at(0)),
            is: .conclude(
                .aborted(JobFailure(text: "Stop called before pipeline could start", code: 412), .stopRequested)
            )
        )
        var waiting = joined()
        expect(
            waiting.stop(.stopRequested, at: at(0)),
            is: .conclude(.aborted(JobFailure(text: "Start signal not received", code: 412), .stopRequested))
        )
        expect(waiting.pictureDecoded(for: at(10)), is: .none)
    }

    @Test("is complete when it was stopped and written")
    func complete() {
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        expect(machine.stop(.stopRequested, at: at(9000)), is: .finish(at: at(9000)))
        expect(machine.stop(.killed, at: at(9100)), is: .none)
        expect(machine.tick(at: at(20_000), expectsPicture: false), is: .none)
        expect(machine.written(), is: .conclude(.complete(.stopRequested)))
        expect(machine.written(), is: .none)
    }

    @Test("is complete when the room closes, failed when the connection is lost, and has a file both times")
    func disconnected() {
        var closed = joined()
        _ = closed.pictureDecoded(for: at(0))
        expect(closed.disconnected(nil, at: at(7000)), is: .finish(at: at(7000)))
        expect(closed.written(), is: .conclude(.complete(.sourceClosed)))
        var lost = joined()
        _ = lost.pictureDecoded(for: at(0))
        expect(lost.disconnected(.connectionLost, at: at(7000)), is: .finish(at: at(7000)))
        expect(lost.written(), is: .conclude(.failed(.connectionLost, .failure)))
    }

    @Test("fails when the room cannot be joined, when writing fails and when writing never ends")
    func failures() {
        let failure = JobFailure(text: "no such room", code: 404)
        var joining = JobStateMachine(recordsVideo: true, recordsAudio: true)
        expect(joining.failed(failure), is: .conclude(.failed(failure, .failure)))
        expect(joining.failed(failure), is: .none)
        var frozen = joined()
        _ = frozen.pictureDecoded(for: at(0))
        _ = frozen.stop(.stopRequested, at: at(1000))
        expect(frozen.tick(at: at(30_999), expectsPicture: true), is: .none)
        expect(frozen.tick(at: at(31_000), expectsPicture: true), is: .conclude(.failed(.frozen, .failure)))
        expect(frozen.written(), is: .none)
    }

    @Test("may rewrite a large file for as long as that takes")
    func rewriting() {
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        _ = machine.stop(.stopRequested, at: at(1000))
        machine.drained()
        expect(machine.tick(at: at(3_600_000), expectsPicture: true), is: .none)
        expect(machine.stop(.killed, at: at(3_600_000)), is: .none)
        expect(machine.disconnected(.connectionLost, at: at(3_600_000)), is: .none)
        expect(machine.written(), is: .conclude(.complete(.stopRequested)))
    }

    @Test("goes on while an output is left, and has failed in the end; without any it ends at once")
    func lostOutputs() {
        let full = JobFailure(text: "the disk is full", code: 500)
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        expect(machine.outputLost(full, isLast: false, at: at(10)), is: .none)
        expect(machine.stop(.stopRequested, at: at(1000)), is: .finish(at: at(1000)))
        machine.drained()
        expect(machine.written(), is: .conclude(.failed(full, .failure)))
        var last = joined()
        _ = last.pictureDecoded(for: at(0))
        expect(last.outputLost(full, isLast: true, at: at(10)), is: .finish(at: at(10)))
        expect(last.stop(.stopRequested, at: at(1000)), is: .none)
        last.drained()
        expect(last.written(), is: .conclude(.failed(full, .failure)))
        var late = joined()
        _ = late.pictureDecoded(for: at(0))
        _ = late.stop(.stopRequested, at: at(1000))
        late.drained()
        expect(late.outputLost(full, isLast: true, at: at(5000)), is: .none)
        expect(late.written(), is: .conclude(.failed(full, .failure)))
    }

    @Test("keeps the session limit: the file is kept, and nothing is where nothing began")
    func limit() {
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        expect(machine.stop(.limitReached, at: at(5000)), is: .finish(at: at(5000)))
        machine.drained()
        expect(machine.written(), is: .conclude(.limitReached))
        var early = joined()
        expect(
            early.stop(.limitReached, at: at(5000)),
            is: .conclude(
                .aborted(
                    JobFailure(text: "Session limit reached before start signal", code: 412),
                    .limitReached
                )
            )
        )
    }

    @Test("vanishes without a word when another recorder takes over, whatever it was doing")
    func superseded() {
        var joining = JobStateMachine(recordsVideo: true, recordsAudio: true)
        expect(joining.superseded(), is: .vanish)
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        expect(machine.superseded(), is: .vanish)
        expect(machine.superseded(), is: .none)
        expect(machine.stop(.stopRequested, at: at(9)), is: .none)
        expect(machine.written(), is: .none)
    }

    @Test("fails when its source does not come, and keeps what it has when the source fails later")
    func sourceFailures() {
        let missing = JobFailure.participantNotFound("bob")
        #expect(missing.text == "participant bob not found" && missing.code == 404)
        var joining = JobStateMachine(recordsVideo: true, recordsAudio: true)
        expect(joining.sourceFailed(missing, at: at(30_000)), is: .conclude(.failed(missing, .failure)))
        var machine = joined()
        _ = machine.pictureDecoded(for: at(0))
        expect(machine.sourceFailed(.subscriptionFailed, at: at(7000)), is: .finish(at: at(7000)))
        expect(machine.written(), is: .conclude(.failed(.subscriptionFailed, .failure)))
    }
}

/// `#expect` cannot look into what cannot be copied, so it is given the result.
private func expect(
    _ action: JobStateMachine.Action,
    is expected: JobStateMachine.Action,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(action == expected, sourceLocation: location)
}
