import LiveKitProtocol
import MediaWire
import RoomClient
import Synchronization

@testable import Ingress

/// A room that takes every track and keeps what is written.
final class RecordingPublisher: TrackPublisher {
    let events: AsyncStream<PublisherEvent>

    private struct State {
        var tracks: [RecordingTrack] = []
        var calls: [String] = []
    }

    private let output: AsyncStream<PublisherEvent>.Continuation
    private let state = Mutex(State())
    private let failure: IngressSessionError?

    /// - Parameter failure: what joining ends with.
    init(failure: IngressSessionError? = nil) {
        self.failure = failure
        (events, output) = AsyncStream.makeStream(of: PublisherEvent.self)
    }

    func join() async throws(IngressSessionError) {
        state.withLock { $0.calls.append("join") }
        if let failure { throw failure }
        output.yield(.joined(roomID: "RM_test"))
    }

    func publish(_ description: LocalTrackDescription) async throws(IngressSessionError) -> any PublishedTrack {
        let track = RecordingTrack(description)
        state.withLock {
            $0.tracks.append(track)
            $0.calls.append("publish \(description.kind.rawValue)")
        }
        return track
    }

    func leave() async {
        state.withLock { $0.calls.append("leave") }
        output.finish()
    }

    /// The room sends the session away.
    func sendAway(_ error: IngressSessionError) { output.yield(.left(error)) }

    var tracks: [RecordingTrack] { state.withLock { $0.tracks } }
    var calls: [String] { state.withLock { $0.calls } }
}
