import MediaWire
import Synchronization

/// The sources a recording draws from, shared between the room's side, which adds and removes them, and the recording's thread.
final class RecorderInputs: Sendable {
    private struct State {
        var pictures: [String: PictureStore] = [:]
        var sounds: [String: AudioTrack] = [:]
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
    func add(_ sound: AudioTrack, of track: String) {
        state.withLock { $0.sounds[track] = sound }
    }

    /// The tracks of sound, less those that are finished.
    func takeSounds() -> [String: AudioTrack] {
        state.withLock { state in
            for (track, sound) in state.sounds where sound.isFinished { state.sounds[track] = nil }
            return state.sounds
        }
    }
}
