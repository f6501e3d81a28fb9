package import LiveKitProtocol
package import MediaWire

/// Which tracks a client wants: everything or nothing by default, and what it has said about single tracks.
package struct SubscriptionWishes: Sendable {
    /// Tracks a client may have an opinion on; far above what a room holds.
    package static let maximumTracks = 10_000
    /// How long a track the client wants may be unknown before it is told so.
    package static let unknownTrackTimeout = Duration.seconds(60)

    /// Whether tracks are wanted without being asked for.
    package let isAutomatic: Bool
    private var explicit: [TrackSID: Bool] = [:]
    private var unknownSince: [TrackSID: Instant] = [:]

    /// - Parameter isAutomatic: whether tracks are wanted without being asked for.
    package init(isAutomatic: Bool) {
        self.isAutomatic = isAutomatic
    }

    /// Whether the client wants a track.
    package func wants(_ track: TrackSID) -> Bool {
        explicit[track] ?? isAutomatic
    }

    /// Takes a request; the sids come from either of its two lists.
    package mutating func apply(_ update: Livekit_UpdateSubscription) {
        apply(Self.tracks(of: update), subscribe: update.subscribe)
    }

    /// Takes a wish about tracks.
    package mutating func apply(_ tracks: [TrackSID], subscribe: Bool) {
        for track in tracks where explicit[track] != nil || explicit.count < Self.maximumTracks {
            explicit[track] = subscribe
        }
    }

    /// The tracks a request names, each once.
    package static func tracks(of update: Livekit_UpdateSubscription) -> [TrackSID] {
        var seen = Set<String>()
        return (update.trackSids + update.participantTracks.flatMap(\.trackSids))
            .filter { seen.insert($0).inserted }
            .map(TrackSID.init(rawValue:))
    }

    /// A track is gone; an opinion about it is of no use any more.
    package mutating func forget(_ track: TrackSID) {
        explicit[track] = nil
        unknownSince[track] = nil
    }

    /// The wanted tracks that have been unknown for too long; they are forgotten and reported once.
    package mutating func expire(known: (TrackSID) -> Bool, at now: Instant) -> [TrackSID] {
        var expired: [TrackSID] = []
        for (track, wanted) in explicit where wanted {
            if known(track) {
                unknownSince[track] = nil
            } else if now - unknownSince[track, default: now] >= Self.unknownTrackTimeout {
                expired.append(track)
            } else if unknownSince[track] == nil {
                unknownSince[track] = now
            }
        }
        expired.forEach { forget($0) }
        return expired
    }
}
