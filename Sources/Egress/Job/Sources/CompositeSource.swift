import LiveKitProtocol
import MediaWire

/// The whole room: every sound, laid on the channels as the mixing says; the layout chooses the pictures.
///
/// It is there as soon as the room is, and over with the room.
struct CompositeSource: RecordingSource {
    private let mixing: AudioMixing
    /// The tracks in the order in which they came, counted; only those that are there.
    private var ordinals: [String: Int] = [:]
    private var count = 0

    init(mixing: AudioMixing) {
        self.mixing = mixing
    }

    mutating func choose(from room: RoomModel, at now: Instant) -> SourceChoice {
        let sounds = room.tracks.filter { $0.source == nil }
        let present = Set(sounds.map(\.track.sid))
        ordinals = ordinals.filter { present.contains($0.key) }
        for sound in sounds where ordinals[sound.track.sid] == nil {
            ordinals[sound.track.sid] = count
            count += 1
        }
        var choice = SourceChoice(phase: .ready)
        for person in room.people {
            for track in person.tracks where present.contains(track.sid) {
                choice.sounds.append(.init(track, of: person, channel: channel(of: track, person)))
            }
        }
        return choice
    }

    private func channel(of track: RoomModel.Track, _ person: RoomModel.Person) -> AudioChannel {
        switch mixing {
        case .middle: .both
        case .dualChannelAgent: person.kind == .agent ? .left : .right
        case .dualChannelAlternate: (ordinals[track.sid] ?? 0) % 2 == 0 ? .left : .right
        }
    }
}
