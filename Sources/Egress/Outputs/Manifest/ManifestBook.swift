import Storage
import Synchronization

/// Gathers what a job's outputs leave, and writes it beside them when the last one is done.
///
/// An output is entered when it is made (`expect`), adds what it has stored, and is `close`d once.
final class ManifestBook: Sendable {
    /// Where a manifest goes.
    fileprivate struct Target {
        var store: any OutputStore
        var key: String
        /// Whether it is written even if the backup was not needed.
        var isWanted: Bool
    }

    fileprivate struct State {
        var open = 0
        var startedAt: Int64?
        var endedAt: Int64?
        var files: [Manifest.File] = []
        var playlists: [Manifest.Playlist] = []
        var images: [Manifest.Image] = []
        var targets: [Target] = []
    }

    private let state = Mutex(State())

    /// One more output will be closed.
    func expect() {
        state.withLock { $0.open += 1 }
    }

    /// A file is stored.
    func add(_ file: Manifest.File) {
        state.withLock { $0.files.append(file) }
    }

    /// A playlist and its segments are stored.
    func add(_ playlist: Manifest.Playlist) {
        state.withLock { $0.playlists.append(playlist) }
    }

    /// Images are stored.
    func add(_ images: [Manifest.Image]) {
        state.withLock { $0.images += images }
    }

    /// Media of an output lies between these times of day, in Unix nanoseconds.
    func note(from start: Int64, to end: Int64) {
        state.withLock { state in
            state.startedAt = min(state.startedAt ?? start, start)
            state.endedAt = max(state.endedAt ?? end, end)
        }
    }

    /// An output is done; its manifest goes beside `key`.
    ///
    /// The last one writes every manifest, and returns when they are stored.
    func close(_ output: OutputPlan, _ store: any OutputStore, beside key: String, _ context: OutputContext) async {
        let name = FileNames(context.names).manifest(beside: key, egressID: context.egressID)
        let finished: State? = state.withLock { state in
            add(Target(store: store, key: name, isWanted: output.writesManifest), to: &state.targets)
            state.open -= 1
            return state.open == 0 ? state : nil
        }
        guard let finished else { return }
        guard !(finished.files.isEmpty && finished.playlists.isEmpty && finished.images.isEmpty) else { return }
        let bytes = Manifest(finished, context).encoded()
        let pending = PendingWork()
        // Whoever relied on the storage has to learn where things are instead.
        for target in finished.targets where target.isWanted || target.store.backupWasUsed {
            pending.begin()
            target.store.submit(bytes, as: target.key, contentType: "application/json", replacing: true) { result in
                switch result {
                case .success(let object): context.report(.manifest(location: object.location))
                case .failure(let error): context.report(.note("the manifest is not stored: \(error)"))
                }
                pending.end()
            }
        }
        await pending.wait()
        for target in finished.targets where context.stores.isNewlyOnBackup(target.store) {
            context.report(.backupUsed)
        }
    }

    private func add(_ target: Target, to targets: inout [Target]) {
        if let index = targets.firstIndex(where: { $0.store === target.store && $0.key == target.key }) {
            targets[index].isWanted = targets[index].isWanted || target.isWanted
        } else {
            targets.append(target)
        }
    }
}

extension Manifest {
    fileprivate init(_ state: ManifestBook.State, _ context: OutputContext) {
        let names = context.names
        self.init(
            egressID: context.egressID,
            roomID: names.roomID.isEmpty ? nil : names.roomID,
            roomName: names.roomName.isEmpty ? nil : names.roomName,
            startedAt: state.startedAt,
            endedAt: state.endedAt,
            publisherIdentity: names.publisherIdentity,
            trackID: names.trackID,
            trackKind: names.trackType,
            trackSource: names.trackSource,
            audioTrackID: context.audioTrackID,
            videoTrackID: context.videoTrackID,
            files: state.files.isEmpty ? nil : state.files,
            playlists: state.playlists.isEmpty ? nil : state.playlists,
            images: state.images.isEmpty ? nil : state.images
        )
    }
}
