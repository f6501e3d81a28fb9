import Foundation
import Glibc
import Logging
import Storage
import Synchronization

/// The places that one job's outputs write to: outputs with the same storage and backup share one.
final class OutputStores: Sendable {
    /// What tells one place from another.
    private struct Place: Hashable {
        var storage: StorageConfiguration
        var backup: StorageConfiguration?
    }

    /// Opens a place with this number.
    typealias Open =
        @Sendable (
            _ storage: StorageConfiguration, _ backup: StorageConfiguration?, _ folder: String, OutputContext
        ) throws(StorageError) -> any OutputStore

    private struct State {
        var stores: [Place: any OutputStore] = [:]
        var files = 0
        var reportedBackups: Set<ObjectIdentifier> = []
    }

    private let state = Mutex(State())
    private let open: Open

    /// Places that are opened by `open`.
    init(open: @escaping Open) {
        self.open = open
    }

    /// The place for an output's files.
    ///
    /// - Throws: 400 if the settings cannot be right, 500 if the machine fails.
    func store(for output: OutputPlan, _ context: OutputContext) throws(JobFailure) -> any OutputStore {
        let place = Place(storage: output.storage, backup: output.backup)
        let result: Result<any OutputStore, StorageError> = state.withLock { state in
            if let known = state.stores[place] { return .success(known) }
            do throws(StorageError) {
                let folder = Self.newFolder(context)
                let store = try open(place.storage, place.backup, folder, context)
                state.stores[place] = store
                return .success(store)
            } catch {
                return .failure(error)
            }
        }
        do throws(StorageError) { return try result.get() } catch { throw JobFailure(error) }
    }

    /// A folder without uploads of this or an earlier process.
    private static func newFolder(_ context: OutputContext) -> String {
        var number = 1
        while UploadSession.isResumable("\(context.workFolder)/uploads-\(number)") { number += 1 }
        return "\(context.workFolder)/uploads-\(number)"
    }

    /// A path in the job's folder that no other output has.
    func workPath(_ name: String, _ context: OutputContext) -> String {
        let number = state.withLock { state in
            state.files += 1
            return state.files
        }
        return "\(context.workFolder)/\(number)-\(name)"
    }

    /// Whether it has to be said now that a place has used its backup: once for each.
    func isNewlyOnBackup(_ store: any OutputStore) -> Bool {
        guard store.backupWasUsed else { return false }
        return state.withLock { $0.reportedBackups.insert(ObjectIdentifier(store)).inserted }
    }

    /// Refuses a key that the recordings' folder cannot have, before anything is recorded for it.
    static func check(_ key: String, of output: OutputPlan, _ context: OutputContext) throws(JobFailure) {
        guard case .local = output.storage else { return }
        do throws(StorageError) {
            _ = try LocalStorage(root: context.recordings).check(key)
        } catch {
            throw JobFailure(error)
        }
    }
}

extension JobFailure {
    /// A file could not be stored.
    init(_ error: StorageError) {
        self.init(text: error.description, code: error.code)
    }
}
