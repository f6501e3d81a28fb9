import LiveKitProtocol
import Media
import MediaWire
import Synchronization

@testable import Ingress

/// Keeps what an observer hears and what a sink is given.
final class WHIPLog: WHIPObserver, InputSink {
    private struct State {
        var events: [InputEvent] = []
        var words: [String] = []
        var tracks: [Livekit_TrackInfo] = []
        var inputs: [WHIPInputState] = []
        var session: WHIPSession?
    }

    private let state = Mutex(State())

    var events: [InputEvent] { state.withLock { $0.events } }
    var words: [String] { state.withLock { $0.words } }
    var tracks: [Livekit_TrackInfo] { state.withLock { $0.tracks } }
    var inputs: [WHIPInputState] { state.withLock { $0.inputs } }
    var session: WHIPSession? { state.withLock { $0.session } }

    func receive(_ event: InputEvent) { state.withLock { $0.events.append(event) } }

    func attached(_ session: WHIPSession) {
        state.withLock {
            $0.session = session
            $0.words.append("attached \(session.resourceID)")
        }
    }

    func publishing(_ tracks: [Livekit_TrackInfo], room: String) {
        state.withLock {
            $0.tracks = tracks
            $0.words.append("publishing \(tracks.count)")
        }
    }

    func inputChanged(_ input: WHIPInputState) { state.withLock { $0.inputs.append(input) } }

    func publisherLost(_ reason: String, grace: Duration) { state.withLock { $0.words.append("lost") } }

    func publisherRecovered() { state.withLock { $0.words.append("recovered") } }

    func ended(_ reason: WHIPEnd) { state.withLock { $0.words.append("ended: \(reason)") } }
}

/// Admits one key, into destinations that a test makes; counts the sessions.
final class WHIPTestGate: WHIPGate {
    static let key = "kQ3vTb8XyZ2a"

    private struct State {
        var admitted: [WHIPRequest] = []
        var refusal: WHIPRefusal?
    }

    private let state = Mutex(State())
    private let make: @Sendable (_ resourceID: String) -> WHIPAdmission

    init(_ make: @escaping @Sendable (_ resourceID: String) -> WHIPAdmission) { self.make = make }

    var admitted: [WHIPRequest] { state.withLock { $0.admitted } }

    func refuse(_ refusal: WHIPRefusal?) { state.withLock { $0.refusal = refusal } }

    func admit(_ request: WHIPRequest) async throws(WHIPRefusal) -> WHIPAdmission {
        guard request.key.matches(Self.key) else { throw .unknownKey }
        let (count, refusal) = state.withLock { state in
            state.admitted.append(request)
            return (state.admitted.count, state.refusal)
        }
        if let refusal { throw refusal }
        return make("WH_\(count)")
    }
}

/// Waits until a condition holds; false after fifteen seconds.
func becomesTrue(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(15)
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
