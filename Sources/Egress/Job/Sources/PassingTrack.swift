import MediaWire
import RoomClient
import Synchronization

/// One subscribed video track whose samples are written as they come: keeps them until the recording's time has come to them.
///
/// After a loss it is closed until the next key frame, as a decoder would be, and asks for one.
final class PassingTrack: TrackReceiver {
    private struct State {
        var items: [AudioTrack.Item] = []
        var bytes = 0
        var gate = KeyFrameGate()
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let place: @Sendable (EncodedSample) -> Instant
    private let arrived: @Sendable (Instant) -> Void
    private let needsKeyFrame: @Sendable () -> Void
    private let hasReported = Atomic(false)

    /// - Parameters:
    ///   - place: places a sample in the session.
    ///   - arrived: called once, with the time of the first picture that can be written.
    ///   - needsKeyFrame: nothing can be written before another key frame.
    init(
        place: @escaping @Sendable (EncodedSample) -> Instant,
        arrived: @escaping @Sendable (Instant) -> Void,
        needsKeyFrame: @escaping @Sendable () -> Void
    ) {
        self.place = place
        self.arrived = arrived
        self.needsKeyFrame = needsKeyFrame
    }

    func receive(_ sample: EncodedSample) {
        let time = place(sample)
        let isTaken = state.withLock { state in
            guard state.gate.admits(sample) else { return false }
            if state.items.count >= Self.capacity || state.bytes > Self.byteCapacity {
                state.items = []
                state.bytes = 0
                if !sample.isKeyFrame { state.gate.close() }
            }
            guard state.gate.admits(sample) else { return false }
            state.items.append(AudioTrack.Item(sample: sample, time: time))
            state.bytes += sample.data.count
            return true
        }
        guard isTaken else { return needsKeyFrame() }
        if !hasReported.exchange(true, ordering: .relaxed) { arrived(time) }
    }

    func trackEnded() {
        state.withLock { $0.hasEnded = true }
    }

    /// Takes the samples to be shown before `time`, in order.
    func take(before time: Instant) -> [AudioTrack.Item] {
        state.withLock { state in
            let count = state.items.firstIndex { $0.time >= time } ?? state.items.count
            let taken = Array(state.items[..<count])
            state.items.removeFirst(count)
            state.bytes -= taken.reduce(0) { $0 + $1.sample.data.count }
            return taken
        }
    }

    /// Whether nothing is left and nothing follows.
    var isFinished: Bool {
        state.withLock { $0.hasEnded && $0.items.isEmpty }
    }

    /// Ten seconds of 60 pictures: the recording takes them within one second unless the disk stands still.
    private static let capacity = 600
    private static let byteCapacity = 64 << 20
}

/// Hands what one track sends to several takers.
final class SharedTrack: TrackReceiver {
    private let receivers: [any TrackReceiver]

    init(_ receivers: [any TrackReceiver]) {
        self.receivers = receivers
    }

    func receive(_ sample: EncodedSample) {
        for receiver in receivers { receiver.receive(sample) }
    }

    func trackEnded() {
        for receiver in receivers { receiver.trackEnded() }
    }
}
