import LiveKitProtocol
import Storage
import Synchronization

/// Publishes playlists of segments as they are stored, in the order of the segments: a playlist never names one that is not there.
final class PlaylistPublisher: Sendable {
    /// What it publishes, and where.
    struct Configuration: Sendable {
        var names: SegmentNames
        /// Seconds.
        var segmentDuration: Double
        var liveWindow: Int
        /// Whether the playlist is published after every segment, whatever it costs.
        var isLocal: Bool
        /// Whether segments need an initialization segment.
        var hasMap: Bool
    }

    /// A segment that was handed over.
    private enum Entry {
        case waiting(Playlist.Segment, size: Int64)
        case stored(Playlist.Segment, size: Int64, location: String)
        case lost
    }

    private struct State {
        var full: Playlist
        var live: Playlist?
        var entries: [Int: Entry] = [:]
        /// The segment that a playlist is to name next.
        var next = 0
        /// How many there are in all, once that is known.
        var total: Int?
        var isMapStored: Bool
        var followsGap = false
        var sinceFull = 0
        var lastFull: Int64?
        var failure: JobFailure?
        var hasEnded = false
        var due: [Due] = []
        var isSubmitting = false
        var firstStart: Int64?
        /// Told in `Livekit_SegmentsInfo`.
        var count: Int64 = 0
        var size: Int64 = 0
        var duration = 0.0
        var playlistLocation = ""
        var liveLocation = ""
        var files: [Manifest.File] = []
    }

    /// A playlist that is due.
    private struct Due {
        var key: String
        var text: String
        var isLive: Bool
    }

    private let configuration: Configuration
    private let store: any OutputStore
    private let context: OutputContext
    private let pending: PendingWork
    private let state: Mutex<State>

    init(
        _ configuration: Configuration,
        store: any OutputStore,
        context: OutputContext,
        pending: PendingWork
    ) {
        self.configuration = configuration
        self.store = store
        self.context = context
        self.pending = pending
        let map = configuration.hasMap ? configuration.names.initialization() : nil
        func playlist(_ kind: Playlist.Kind) -> Playlist {
            Playlist(kind, segmentDuration: configuration.segmentDuration, map: map)
        }
        state = Mutex(
            State(
                full: playlist(.event),
                live: configuration.names.livePlaylist.map { _ in playlist(.live(window: configuration.liveWindow)) },
                isMapStored: map == nil
            )
        )
    }

    /// Hands over the initialization segment.
    func publish(initialization bytes: [UInt8]) {
        let key = configuration.names.key(configuration.names.initialization())
        pending.begin()
        store.submit(bytes, as: key, contentType: "video/mp4", replacing: false) { [self] result in
            switch result {
            case .success: change { $0.isMapStored = true }
            case .failure(let error): fail(JobFailure(error))
            }
            pending.end()
        }
    }

    /// Hands over a segment.
    func publish(_ segment: WrittenSegment, named name: String, origin: Int64, contentType: String) {
        let entry = Playlist.Segment(
            name: name,
            duration: segment.duration,
            start: origin + Int64((segment.start * 1e9).rounded())
        )
        state.withLock { state in
            state.entries[segment.index] = .waiting(entry, size: segment.size)
            state.firstStart = state.firstStart ?? entry.start
        }
        pending.begin()
        let key = configuration.names.key(name)
        store.submit(segment.path, as: key, contentType: contentType, replacing: false) { [self] result in
            switch result {
            case .success(let object):
                change { $0.entries[segment.index] = .stored(entry, size: segment.size, location: object.location) }
            case .failure(let error):
                change { $0.entries[segment.index] = .lost }
                fail(JobFailure(error))
            }
            pending.end()
        }
    }

    /// There are so many segments and no more will come.
    func end(after total: Int) {
        change { $0.total = total }
    }

    /// What became of it, up to now.
    var info: Livekit_SegmentsInfo {
        state.withLock { state in
            var info = Livekit_SegmentsInfo()
            info.playlistName = configuration.names.playlistKey
            info.livePlaylistName = configuration.names.livePlaylistKey ?? ""
            info.playlistLocation = state.playlistLocation
            info.livePlaylistLocation = state.liveLocation
            info.segmentCount = state.count
            info.size = state.size
            info.duration = Int64((state.duration * 1e9).rounded())
            info.startedAt = state.firstStart ?? 0
            info.endedAt = state.hasEnded ? info.startedAt + info.duration : 0
            return info
        }
    }

    /// What belongs into a manifest; nil if there is no playlist.
    var manifest: Manifest.Playlist? {
        state.withLock { state in
            guard !state.playlistLocation.isEmpty else { return nil }
            return Manifest.Playlist(location: state.playlistLocation, segments: state.files)
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            state.due += advance(&state)
        }
        // One thread at a time hands over, so that playlists reach the storage in the order they were made; outside of the
        // lock, since the storage may answer at once.
        while let due = nextDue() {
            submit(due)
            state.withLock { $0.isSubmitting = false }
        }
    }

    private func nextDue() -> Due? {
        state.withLock { state in
            guard !state.isSubmitting, !state.due.isEmpty else { return nil }
            state.isSubmitting = true
            return state.due.removeFirst()
        }
    }

    /// Takes up the segments that are stored, in their order, and returns the playlists that this changes.
    private func advance(_ state: inout State) -> [Due] {
        guard !state.hasEnded, state.isMapStored else { return [] }
        var hasGrown = false
        while let entry = state.entries[state.next] {
            if case .waiting = entry { break }
            state.entries[state.next] = nil
            state.next += 1
            guard case .stored(var segment, let size, let location) = entry else {
                state.followsGap = true
                continue
            }
            segment.followsGap = state.followsGap && state.count > 0
            state.followsGap = false
            state.full.append(segment)
            state.live?.append(segment)
            state.count += 1
            state.size += size
            state.duration += segment.duration
            state.sinceFull += 1
            state.files.append(Manifest.File(filename: configuration.names.key(segment.name), location: location))
            hasGrown = true
        }
        if let total = state.total, state.next >= total, state.count > 0 {
            state.full.end()
            state.live?.end()
            state.hasEnded = true
        }
        guard hasGrown || state.hasEnded else { return [] }
        var due: [Due] = []
        if let live = state.live, let key = configuration.names.livePlaylistKey {
            due.append(Due(key: key, text: live.text, isLive: true))
        }
        if state.hasEnded || isFullDue(state) {
            due.append(Due(key: configuration.names.playlistKey, text: state.full.text, isLive: false))
            state.sinceFull = 0
            state.lastFull = context.now()
        }
        return due
    }

    /// The full playlist grows with the recording: to a remote storage it goes more rarely the longer it is, but once a minute.
    private func isFullDue(_ state: State) -> Bool {
        guard !configuration.isLocal, let last = state.lastFull else { return true }
        let hours = Int(state.duration / 3_600)
        return state.sinceFull >= hours + 1 || context.now() - last >= 60_000_000_000
    }

    private func submit(_ due: Due) {
        pending.begin()
        let type = "application/vnd.apple.mpegurl"
        store.submit(Array(due.text.utf8), as: due.key, contentType: type, replacing: true) { [self] result in
            switch result {
            case .success(let object):
                state.withLock { state in
                    if due.isLive {
                        state.liveLocation = object.location
                    } else {
                        state.playlistLocation = object.location
                    }
                }
            // A later version has taken its place.
            case .failure(.cancelled): break
            case .failure(let error): fail(JobFailure(error))
            }
            pending.end()
        }
    }

    /// Says the first thing that went wrong; the others follow from it.
    private func fail(_ failure: JobFailure) {
        let isFirst = state.withLock { state in
            defer { state.failure = state.failure ?? failure }
            return state.failure == nil
        }
        if isFirst { context.report(.failed(failure)) }
    }
}
