import MediaWire
import RoomClient
import Synchronization

/// The session's timeline, for the threads that place samples and the one that forgets tracks.
final class SharedTimeline: Sendable {
    private let timeline = Mutex(SessionTimeline())

    /// Places the samples of a track in the session.
    func placing(_ track: String, of participant: String) -> @Sendable (EncodedSample) -> Instant {
        { [self] sample in
            let rate = Int64(max(1, sample.clockRate))
            let nanoseconds =
                sample.timestamp / rate &* 1_000_000_000 &+ sample.timestamp % rate * 1_000_000_000 / rate
            return timeline.withLock {
                $0.place(
                    SessionTimeline.Arrival(
                        track: track,
                        participant: participant,
                        mediaNanoseconds: nanoseconds,
                        capturedAt: sample.capturedAt,
                        arrival: sample.arrival
                    )
                )
            }
        }
    }

    func remove(track: String) {
        timeline.withLock { $0.remove(track: track) }
    }

    func remove(participant: String) {
        timeline.withLock { $0.remove(participant: participant) }
    }
}
