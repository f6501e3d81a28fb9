import MediaWire
import RoomClient
import Synchronization

/// One subscribed audio track: keeps its packets until the recording's time has come to them.
///
/// Sound is decoded by the recording's own thread, in one go for all tracks and each tick: it is cheap, and a thread woken
/// fifty times a second for every speaker is not.
final class AudioTrack: TrackReceiver {
    /// A packet with its place in the session.
    struct Item: Sendable {
        var sample: EncodedSample
        var time: Instant
    }

    private struct State {
        var items: [Item] = []
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let place: @Sendable (EncodedSample) -> Instant
    private let soundReceived: @Sendable (Instant) -> Void
    private let hasReported = Atomic(false)

    /// - Parameters:
    ///   - place: places a sample in the session.
    ///   - soundReceived: called once, with the time of the first packet.
    init(place: @escaping @Sendable (EncodedSample) -> Instant, soundReceived: @escaping @Sendable (Instant) -> Void) {
        self.place = place
        self.soundReceived = soundReceived
    }

    func receive(_ sample: EncodedSample) {
        let time = place(sample)
        state.withLock { state in
            state.items.append(Item(sample: sample, time: time))
            if state.items.count > Self.capacity { state.items.removeFirst(state.items.count - Self.capacity) }
        }
        if !hasReported.exchange(true, ordering: .relaxed) { soundReceived(time) }
    }

    func trackEnded() {
        state.withLock { $0.hasEnded = true }
    }

    /// Takes the packets to be heard before `time`, in order.
    func take(before time: Instant) -> [Item] {
        state.withLock { state in
            let count = state.items.firstIndex { $0.time >= time } ?? state.items.count
            defer { state.items.removeFirst(count) }
            return Array(state.items[..<count])
        }
    }

    /// Whether nothing is left and nothing follows.
    var isFinished: Bool {
        state.withLock { $0.hasEnded && $0.items.isEmpty }
    }

    /// Eight seconds of 20 ms packets; before the recording begins the oldest are of no use.
    private static let capacity = 400
}
