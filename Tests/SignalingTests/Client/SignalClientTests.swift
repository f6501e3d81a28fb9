import LiveKitProtocol
import MediaWire
import Testing

@testable import Signaling

/// A generator whose numbers are all ones: the longest waits.
private struct Ones: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { .max }
}

/// Drives a session through virtual time and keeps what it asked for, in words.
private final class Drive {
    var client: SignalClient
    var now = Instant(nanoseconds: 0)
    var log: [String] = []

    init(settings: SignalClient.Settings = .init()) {
        client = SignalClient(token: "token", settings: settings, generator: Ones())
    }

    var isClosed: Bool { client.isClosed }
    var nextDeadline: Instant? { client.nextDeadline }
    var roundTrip: Duration? { client.roundTrip }
    func note(_ actions: [SignalClientAction]) { log += actions.map(Self.word) }
    func start() { note(client.start(at: now)) }
    func pass(_ duration: Duration) {
        now += duration
        note(client.timeout(at: now))
    }
    /// Goes to the next deadline.
    func wait() {
        guard let deadline = client.nextDeadline else { return log.append("nothing to wait for") }
        now = max(now, deadline)
        note(client.timeout(at: now))
    }
    func receive(_ make: (inout Livekit_SignalResponse) -> Void) {
        var response = Livekit_SignalResponse()
        make(&response)
        note(client.received(response, at: now))
    }
    func join(ping: Int32 = 5, timeout: Int32 = 15) {
        receive {
            $0.join.participant.sid = "PA_one"
            $0.join.pingInterval = ping
            $0.join.pingTimeout = timeout
        }
    }
    func fail(status: Int? = nil) {
        note(client.socketFailed(SignalFailure(status: status, text: "failure"), at: now))
    }
    func mediaFailed(_ reason: Livekit_ReconnectReason) { note(client.transportFailed(reason, at: now)) }
    func leave() { note(client.leave(at: now)) }
    func close() { note(client.socketClosed(at: now)) }
    func mediaConnected() { note(client.transportConnected(at: now)) }
    func joined() {
        start()
        join()
        mediaConnected()
        log = []
    }
    func takeLog() -> [String] {
        defer { log = [] }
        return log
    }

    private static func word(_ action: SignalClientAction) -> String {
        switch action {
        case .open(let token, let resume):
            resume.map { "open \(token) resume \($0.participant) \($0.reason.rawValue)" } ?? "open \(token)"
        case .closeSocket: "close"
        case .send(let request): if case .leave = request.message { "send leave" } else { "send" }
        case .ping: "ping"
        case .joined(_, let again): again ? "joined again" : "joined"
        case .resumed: "resumed"
        case .deliver: "deliver"
        case .reconnecting: "reconnecting"
        case .reconnected: "reconnected"
        case .failedToJoin(let failure): "failed \(failure.text)"
        case .ended(let reason, _): "ended \(reason.rawValue)"
        }
    }
}

@Suite struct SignalClientTests {
    @Test func `a join opens a socket and waits for the answer`() {
        let drive = Drive()
        drive.start()
        #expect(drive.takeLog() == ["open token"])
        drive.join()
        #expect(drive.takeLog() == ["joined"])
        drive.mediaConnected()
        #expect(drive.takeLog() == [])
        drive.receive { $0.update = .init() }
        #expect(drive.takeLog() == ["deliver"])
    }

    @Test(arguments: [400, 401, 403, 404])
    func `a refused token or room is not tried again`(status: Int) {
        let drive = Drive()
        drive.start()
        drive.fail(status: status)
        #expect(drive.takeLog() == ["open token", "close", "failed failure"])
        #expect(drive.isClosed)
        #expect(drive.nextDeadline == nil)
    }

    @Test(arguments: [nil, 429, 500, 503])
    func `an unreachable server is tried three times`(status: Int?) {
        let drive = Drive()
        drive.start()
        drive.fail(status: status)
        drive.wait()
        drive.fail(status: status)
        drive.wait()
        drive.fail(status: status)
        #expect(
            drive.takeLog() == ["open token", "close", "open token", "close", "open token", "close", "failed failure"]
        )
        #expect(drive.now == Instant(nanoseconds: 900_000_000))
    }

    @Test func `a silent server fails the attempt`() {
        var settings = SignalClient.Settings()
        settings.joinAttempts = 1
        let drive = Drive(settings: settings)
        drive.start()
        drive.pass(.seconds(9))
        #expect(drive.takeLog() == ["open token"])
        drive.pass(.seconds(1))
        #expect(drive.takeLog() == ["close", "failed no answer from the server within 10.0 seconds"])
    }

    @Test func `a leave in answer to the join is final and says why`() {
        let drive = Drive()
        drive.start()
        drive.receive { $0.leave.reason = .roomClosed }
        #expect(drive.takeLog().last?.hasPrefix("failed the server refused the join") == true)
        #expect(drive.isClosed)
    }

    @Test func `pings are sent every interval and answered`() {
        let drive = Drive()
        drive.joined()
        drive.wait()
        #expect(drive.takeLog() == ["ping"])
        #expect(drive.now == Instant(nanoseconds: 5_000_000_000))
        drive.now += .milliseconds(40)
        drive.receive { $0.pongResp = .init() }
        #expect(drive.takeLog() == [])
        #expect(drive.roundTrip == .milliseconds(40))
    }

    @Test func `any message is a sign of life and silence is death`() {
        let drive = Drive()
        drive.joined()
        for _ in 0..<4 {
            drive.pass(.seconds(10))
            drive.receive { $0.update = .init() }
        }
        #expect(!drive.takeLog().contains("close"))
        drive.pass(.seconds(10))
        #expect(drive.takeLog() == ["ping"])
        drive.pass(.seconds(5))
        #expect(drive.takeLog() == ["reconnecting", "close", "open token resume PA_one 1"])
    }

    @Test func `absurd ping intervals are held to bounds`() {
        let drive = Drive()
        drive.start()
        drive.join(ping: 0, timeout: 0)
        drive.mediaConnected()
        drive.log = []
        drive.wait()
        #expect(drive.now == Instant(nanoseconds: 5_000_000_000))
        #expect(drive.takeLog() == ["ping"])
    }

    @Test func `a lost socket is resumed at once and media need not reconnect`() {
        let drive = Drive()
        drive.joined()
        drive.close()
        #expect(drive.takeLog() == ["reconnecting", "close", "open token resume PA_one 1"])
        drive.receive { $0.reconnect = .init() }
        #expect(drive.takeLog() == ["resumed"])
        drive.mediaConnected()
        #expect(drive.takeLog() == ["reconnected"])
    }

    @Test func `the newest token is used to reconnect`() {
        let drive = Drive()
        drive.joined()
        drive.receive { $0.refreshToken = "fresh" }
        drive.close()
        #expect(drive.takeLog().last == "open fresh resume PA_one 1")
    }

    @Test func `a server that forgot us makes us join again at once`() {
        let drive = Drive()
        drive.joined()
        drive.close()
        drive.log = []
        drive.receive {
            $0.leave.reason = .stateMismatch
            $0.leave.action = .reconnect
        }
        #expect(drive.takeLog() == ["close", "open token"])
        drive.join()
        #expect(drive.takeLog() == ["joined again"])
        drive.mediaConnected()
        #expect(drive.takeLog() == ["reconnected"])
    }

    @Test func `an old server that resumes without a word is understood`() {
        let drive = Drive()
        drive.joined()
        drive.close()
        drive.log = []
        drive.receive { $0.update = .init() }
        #expect(drive.takeLog() == ["resumed", "deliver"])
    }

    @Test func `resuming is given up for rejoining and at last altogether`() {
        let drive = Drive()
        drive.joined()
        drive.close()
        var opened: [String] = []
        while !drive.isClosed {
            opened += drive.takeLog().filter { $0.hasPrefix("open") }
            drive.fail()
            drive.wait()
        }
        #expect(opened.filter { $0.contains("resume") }.count == 3)
        #expect(opened.count == 10)
        #expect(drive.takeLog().contains("ended \(Livekit_DisconnectReason.signalClose.rawValue)"))
    }

    @Test(arguments: [
        (Livekit_LeaveRequest.Action.resume, false, "open token resume PA_one 0"),
        (.reconnect, false, "open token"), (.disconnect, true, "open token"), (.disconnect, false, "ended 5"),
    ])
    func `a leave is obeyed by its action`(action: Livekit_LeaveRequest.Action, canReconnect: Bool, last: String) {
        let drive = Drive()
        drive.joined()
        drive.receive {
            $0.leave.action = action
            $0.leave.canReconnect = canReconnect
            $0.leave.reason = .roomDeleted
        }
        #expect(drive.takeLog().last == last)
    }

    @Test func `failed media is resumed with its reason`() {
        let drive = Drive()
        drive.joined()
        drive.mediaFailed(.rrSubscriberFailed)
        #expect(drive.takeLog() == ["reconnecting", "close", "open token resume PA_one 3"])
    }

    @Test func `media that does not come up within its time is sought anew`() {
        let drive = Drive()
        drive.start()
        drive.join()
        drive.log = []
        drive.receive { $0.update = .init() }
        drive.pass(.seconds(14))
        drive.receive { $0.update = .init() }
        drive.log = []
        drive.pass(.seconds(1))
        #expect(drive.takeLog() == ["reconnecting", "close"])
        drive.wait()
        #expect(drive.takeLog() == ["open token"])
    }

    @Test func `leaving says so once`() {
        let drive = Drive()
        drive.joined()
        drive.leave()
        drive.leave()
        #expect(drive.takeLog() == ["send leave", "close", "ended 1"])
        drive.close()
        drive.receive { $0.update = .init() }
        drive.mediaConnected()
        #expect(drive.takeLog() == [])
    }

    @Test func `a session lost again while being restored counts its attempts`() {
        var settings = SignalClient.Settings()
        settings.recoveryAttempts = 4
        let drive = Drive(settings: settings)
        drive.joined()
        var rounds = 0
        drive.close()
        while !drive.isClosed, rounds < 50 {
            rounds += 1
            // The server takes us back each time and drops us before media is up.
            let words = drive.takeLog()
            if words.last?.contains("resume") == true { drive.receive { $0.reconnect = .init() } } else { drive.join() }
            drive.close()
            drive.wait()
        }
        #expect(drive.isClosed)
        #expect(rounds < 10)
    }
}
