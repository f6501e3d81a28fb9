import MediaWire

/// Turns a source's choice of single tracks into subscriptions.
struct TrackSubscriber {
    private var pictures: [String: String] = [:]
    private var sounds: [String: String] = [:]

    /// The one picture's name among the sources of a scene.
    static let pictureSource = "picture"

    /// What has to change so that the chosen tracks are received and no others.
    mutating func update(_ choice: SourceChoice) -> [SubscriptionPlanner.Change] {
        var changes: [SubscriptionPlanner.Change] = []
        let wantedSounds = Set(choice.sounds.map(\.track))
        for track in sounds.keys.sorted() where !wantedSounds.contains(track) {
            sounds[track] = nil
            changes.append(.unsubscribe(track: track))
        }
        for sound in choice.sounds where sounds[sound.track] == nil {
            sounds[sound.track] = sound.person
            changes.append(.subscribeSound(track: sound.track, of: sound.person))
        }
        for track in pictures.keys.sorted() where track != choice.picture?.track {
            pictures[track] = nil
            changes.append(.unsubscribe(track: track))
        }
        if let picture = choice.picture, pictures[picture.track] == nil {
            pictures[picture.track] = picture.person
            changes.append(
                .subscribePicture(track: picture.track, of: picture.person, source: Self.pictureSource)
            )
        }
        return changes
    }
}

/// When the one picture of a source gives way to black.
///
/// The last picture is held over a short mute, and until the next track of a swap has its first.
struct PictureHold {
    private var missingSince: Instant?

    /// Whether the picture is shown at `now`; `isSent` tells whether somebody sends one.
    mutating func shows(isSent: Bool, at now: Instant) -> Bool {
        guard !isSent else {
            missingSince = nil
            return true
        }
        let since = missingSince ?? now
        missingSince = since
        return now - since < Self.limit
    }

    /// After which LiveKit's egress inserts black.
    private static let limit = Duration.seconds(2)
}
