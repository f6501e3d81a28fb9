import MediaWire
import Scene

/// Decides which tracks to receive and in what size: all sound, and of the pictures only those that have a tile, in the size
/// of their tile.
struct SubscriptionPlanner {
    /// What to tell the room.
    enum Change: Hashable, Sendable {
        case subscribeSound(track: String, of: String)
        case subscribePicture(track: String, of: String, source: String)
        /// Nil: the track's own size.
        case resize(track: String, SceneSize)
        /// The picture has no tile.
        case pause(track: String)
        /// The track is gone.
        case forget(track: String)
        /// The track is no longer wanted, whether or not it is still there.
        case unsubscribe(track: String)
    }

    private struct Subscription {
        var size: SceneSize?
        var isPaused = false
        var hiddenSince: Instant?
    }

    private let recordsAudio: Bool
    private let recordsVideo: Bool
    private var subscriptions: [String: Subscription] = [:]

    init(recordsAudio: Bool, recordsVideo: Bool) {
        self.recordsAudio = recordsAudio
        self.recordsVideo = recordsVideo
    }

    /// What has to change for the room as it is, shown as `plan` says; nil plan: without pictures.
    mutating func update(_ room: RoomModel, plan: ScenePlan?, at now: Instant) -> [Change] {
        let tiles = Dictionary(plan?.tiles.map { ($0.sourceID, $0) } ?? [], uniquingKeysWith: { first, _ in first })
        var changes: [Change] = []
        var present: Set<String> = []
        for (person, track, source) in room.tracks {
            present.insert(track.sid)
            guard let source else {
                if recordsAudio, subscriptions[track.sid] == nil {
                    subscriptions[track.sid] = Subscription()
                    changes.append(.subscribeSound(track: track.sid, of: person))
                }
                continue
            }
            guard recordsVideo else { continue }
            if let tile = tiles[source] {
                changes += show(track, of: person, source: source, size: tile.wantedSize(of: track))
            } else {
                changes += hide(track.sid, at: now)
            }
        }
        for track in subscriptions.keys.sorted() where !present.contains(track) {
            subscriptions[track] = nil
            changes.append(.forget(track: track))
        }
        return changes
    }

    private mutating func show(
        _ track: RoomModel.Track,
        of person: String,
        source: String,
        size: SceneSize
    ) -> [Change] {
        var changes: [Change] = []
        var subscription = subscriptions[track.sid] ?? Subscription()
        if subscriptions[track.sid] == nil {
            changes.append(.subscribePicture(track: track.sid, of: person, source: source))
        }
        if subscription.size != size || subscription.isPaused { changes.append(.resize(track: track.sid, size)) }
        subscription.size = size
        subscription.isPaused = false
        subscription.hiddenSince = nil
        subscriptions[track.sid] = subscription
        return changes
    }

    /// Tiles come and go with speakers; a picture is kept for a while so that its return costs no key frame.
    private mutating func hide(_ track: String, at now: Instant) -> [Change] {
        guard var subscription = subscriptions[track], !subscription.isPaused else { return [] }
        defer { subscriptions[track] = subscription }
        guard let since = subscription.hiddenSince else {
            subscription.hiddenSince = now
            return []
        }
        guard now - since >= Self.grace else { return [] }
        subscription.isPaused = true
        return [.pause(track: track)]
    }

    private static let grace = Duration.seconds(2)
}

extension PlacedTile {
    fileprivate func wantedSize(of track: RoomModel.Track) -> SceneSize {
        var tile = self
        // A muted camera has an avatar for now; its picture, once it is back, is to have the tile's size.
        tile.content = .picture
        return tile.desiredPictureSize(pictureSize: track.size) ?? rect.size
    }
}
