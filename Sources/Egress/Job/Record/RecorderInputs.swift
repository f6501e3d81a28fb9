import MediaWire
import Synchronization

/// The sources a recording draws from, shared between the room's side, which adds and removes them, and the recording's thread.
final class RecorderInputs: Sendable {
    /// A track of sound that is mixed.
    struct Sound: Sendable {
        var track: AudioTrack
        var channel: AudioChannel
    }

    private struct State {
        var pictures: [String: PictureStore] = [:]
        var sounds: [String: Sound] = [:]
        var passingPictures: [PassingTrack] = []
        var passingSounds: [AudioTrack] = []
        var mutes: [Bool] = []
    }

    private let state = Mutex(State())

    /// The store of a source's pictures, made if there is none; the same one if its track is published anew.
    func pictures(of source: String) -> PictureStore {
        state.withLock { state in
            if let store = state.pictures[source] { return store }
            let store = PictureStore()
            state.pictures[source] = store
            return store
        }
    }

    /// All stores by source.
    var pictures: [String: PictureStore] { state.withLock { $0.pictures } }

    /// Forgets the pictures of a source that is gone.
    func removePictures(of source: String) {
        state.withLock { $0.pictures[source] = nil }
    }

    /// Adds a track of sound.
    func add(_ sound: AudioTrack, of track: String, channel: AudioChannel = .both) {
        state.withLock { $0.sounds[track] = Sound(track: sound, channel: channel) }
    }

    /// The tracks of sound, less those that are finished.
    func takeSounds() -> [String: Sound] {
        state.withLock { state in
            for (track, sound) in state.sounds where sound.track.isFinished { state.sounds[track] = nil }
            return state.sounds
        }
    }

    /// Adds a track whose pictures are written as they come; it takes the place of those before it.
    func pass(_ pictures: PassingTrack) {
        state.withLock { $0.passingPictures.append(pictures) }
    }

    /// Adds a track whose sound is written as it comes; it takes the place of those before it.
    func pass(_ sound: AudioTrack) {
        state.withLock { $0.passingSounds.append(sound) }
    }

    /// The pictures to be written as they come, of before `time`.
    func takePassingPictures(before time: Instant) -> [AudioTrack.Item] {
        state.withLock { state in
            defer { state.passingPictures.removeAll { $0.isFinished } }
            return state.passingPictures.flatMap { $0.take(before: time) }
        }
    }

    /// The sound to be written as it comes, of before `time`.
    func takePassingSounds(before time: Instant) -> [AudioTrack.Item] {
        state.withLock { state in
            defer { state.passingSounds.removeAll { $0.isFinished } }
            return state.passingSounds.flatMap { $0.take(before: time) }
        }
    }

    /// The track of a WebSocket was muted or unmuted.
    func mute(_ isMuted: Bool) {
        state.withLock { $0.mutes.append(isMuted) }
    }

    /// The mutes since the call before, in order.
    func takeMutes() -> [Bool] {
        state.withLock { state in
            defer { state.mutes = [] }
            return state.mutes
        }
    }
}
