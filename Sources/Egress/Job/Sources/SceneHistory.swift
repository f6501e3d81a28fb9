import MediaWire
import Scene
import Synchronization

/// What the room looked like when.
///
/// The recording runs behind the room; a camera that is switched off now is still to be seen in the frames of the moments
/// before. So the room's changes wait here until their frames are made.
final class SceneHistory: Sendable {
    /// The room and the layout from an instant on.
    struct Entry: Sendable {
        var since: Instant
        var sources: [SceneSource]
        var drawing: SceneDrawing
    }

    private let entries = Mutex<[Entry]>([])

    /// The room changed.
    func append(_ entry: Entry) {
        entries.withLock { entries in
            entries.append(entry)
            // Nobody takes entries while the recording has not begun: then only the present counts.
            if entries.count > Self.limit { entries.removeFirst(entries.count - Self.limit / 2) }
        }
    }

    /// The room at `time`, which must not be earlier than at the call before; nil before the first change.
    func entry(at time: Instant) -> Entry? {
        entries.withLock { entries in
            let current = entries.lastIndex { $0.since <= time } ?? 0
            if current > 0 { entries.removeFirst(current) }
            return entries.first
        }
    }

    private static let limit = 4096
}
