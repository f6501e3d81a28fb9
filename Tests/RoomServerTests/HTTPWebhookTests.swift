import LiveKitProtocol
import Logging
import SwiftProtobuf
import Synchronization
import Testing

@testable import RoomServer

/// Takes webhooks and answers as it is told.
private final class FakeReceiver: WebhookSender {
    private struct State {
        var outcomes: [WebhookOutcome]
        var received: [(url: String, event: Livekit_WebhookEvent)] = []
    }

    private let state: Mutex<State>

    init(_ outcomes: [WebhookOutcome] = []) {
        state = Mutex(State(outcomes: outcomes))
    }

    var received: [(url: String, event: Livekit_WebhookEvent)] { state.withLock(\.received) }

    func send(_ body: [UInt8], to url: String) async -> WebhookOutcome {
        let event = (try? Livekit_WebhookEvent(jsonUTF8Bytes: body)) ?? .with { $0.event = "unreadable" }
        return state.withLock { state in
            state.received.append((url, event))
            return state.outcomes.isEmpty ? .delivered : state.outcomes.removeFirst()
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct HTTPWebhookTests {
    private func event(_ name: String, room: String = "demo") -> Livekit_WebhookEvent {
        .with {
            $0.event = name
            $0.room.name = room
        }
    }

    /// Delivers until so many attempts were made, one for each event and URL if not said; then the notifier is stopped, which
    /// leaves what still waits.
    private func deliver(
        _ events: [Livekit_WebhookEvent],
        to receiver: FakeReceiver,
        urls: [String] = ["http://a"],
        attempts: Int? = nil
    ) async {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let notifier = WebhookNotifier(
            urls: urls,
            sender: receiver,
            pauses: [.milliseconds(1), .milliseconds(1)],
            logger: logger
        )
        await withTaskGroup { group in
            group.addTask { await notifier.run() }
            for event in events { notifier.notify(event) }
            while receiver.received.count < attempts ?? events.count * urls.count { await Task.yield() }
            notifier.stop()
        }
    }

    @Test func `the events of a room arrive in order, at every URL, with an id and a time`() async {
        let receiver = FakeReceiver()
        let names = (0..<50).map { "event\($0)" }
        await deliver(names.map { event($0) }, to: receiver, urls: ["http://a", "http://b"])
        for url in ["http://a", "http://b"] {
            let received = receiver.received.filter { $0.url == url }.map(\.event)
            #expect(received.map(\.event) == names)
            #expect(received.allSatisfy { $0.id.hasPrefix("EV_") && $0.createdAt > 0 })
            #expect(Set(received.map(\.id)).count == names.count)
        }
    }

    @Test func `a receiver in trouble is tried again, before the next event`() async {
        let receiver = FakeReceiver([.failed("down"), .failed("down"), .delivered])
        await deliver([event("first"), event("second")], to: receiver, attempts: 4)
        #expect(receiver.received.map(\.event.event) == ["first", "first", "first", "second"])
        #expect(Set(receiver.received.prefix(3).map(\.event.id)).count == 1)
    }

    @Test func `a receiver that refuses, or stays in trouble, is left alone`() async {
        let refusing = FakeReceiver([.refused(status: 404)])
        await deliver([event("first"), event("second")], to: refusing)
        #expect(refusing.received.map(\.event.event) == ["first", "second"])
        let failing = FakeReceiver([.failed("1"), .failed("2"), .failed("3")])
        await deliver([event("first"), event("second"), event("third"), event("fourth")], to: failing)
        #expect(failing.received.map(\.event.event).prefix(4) == ["first", "first", "first", "second"])
    }

    @Test func `the webhook of a request gets what its filter lets through, signed with its key`() async {
        let receiver = FakeReceiver()
        let notifier = WebhookNotifier(urls: [], sender: receiver, logger: Logger(label: "test"))
        let other = Livekit_WebhookConfig.with {
            $0.url = "http://own"
            $0.filterParams.excludeEvents = ["egress_updated"]
        }
        await withTaskGroup { group in
            group.addTask { await notifier.run() }
            for name in ["egress_started", "egress_updated", "egress_ended"] {
                notifier.notify(
                    .with {
                        $0.event = name
                        $0.egressInfo.egressID = "EG_1"
                    },
                    others: [other]
                )
            }
            while receiver.received.count < 2 { await Task.yield() }
            notifier.stop()
        }
        #expect(receiver.received.map(\.event.event) == ["egress_started", "egress_ended"])
        #expect(receiver.received.allSatisfy { $0.url == "http://own" })
        #expect(!Livekit_WebhookConfig.with { $0.filterParams.includeEvents = ["x"] }.wants("y"))
    }

    @Test func `a queue drops what is too much or too old, and the next one tells`() {
        var queue = WebhookQueue()
        let start = ContinuousClock.now
        for _ in 0..<WebhookQueue.maximumDepth + 7 { queue.append(event("x"), at: start) }
        #expect(queue.next(at: start)?.numDropped == 7)
        #expect(queue.next(at: start)?.numDropped == 0)
        let late = start + WebhookQueue.maximumAge + .seconds(1)
        queue.append(event("new"), at: late)
        let next = queue.next(at: late)
        #expect(next?.event == "new")
        #expect(next?.numDropped == Int32(WebhookQueue.maximumDepth - 2))
        #expect(queue.next(at: late) == nil)
        #expect(queue.isEmpty)
    }

    @Test func `events belong together by egress, ingress, else room`() {
        #expect(WebhookNotifier.resource(of: event("a", room: "r")) == "room r")
        #expect(WebhookNotifier.resource(of: .with { $0.egressInfo.egressID = "EG_1" }) == "egress EG_1")
        #expect(WebhookNotifier.resource(of: .with { $0.ingressInfo.ingressID = "IN_1" }) == "ingress IN_1")
    }
}
