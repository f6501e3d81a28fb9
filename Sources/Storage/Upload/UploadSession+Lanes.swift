import Logging
import MediaWire
import NIOCore
import NIOPosix
import Synchronization

extension UploadSession {
    /// Carries the queue out, one file after the other, until it is empty.
    func startQueue() {
        let isIdle = state.withLock { state in
            defer { state.isQueueRunning = true }
            return !state.isQueueRunning
        }
        guard isIdle else { return }
        // Whoever hands a file over cannot wait; `settle` does.
        Task {
            while let item = nextItem() {
                await conclude(item, await carry(item))
            }
        }
    }

    /// Carries one growing file out, beside the queue.
    func startLane(of item: UploadItem) {
        // As above.
        Task {
            await conclude(item, await carry(item))
        }
    }

    private func nextItem() -> UploadItem? {
        state.withLock { state in
            while let id = state.queue.next() {
                if let item = state.items[id] { return item }
            }
            state.isQueueRunning = false
            return nil
        }
    }

    /// Uploads one file, as far as it takes.
    ///
    /// - Returns: what became of it; nil if it was abandoned.
    private func carry(_ item: UploadItem) async -> Result<StoredObject, StorageError>? {
        var patience = UploadPatience(settings)
        while true {
            let (plan, isInBackup, interruption, version) = item.snapshot
            switch interruption {
            case .abandoned: return nil
            case .cancelled:
                await callOff(plan, item, isInBackup)
                return .failure(.cancelled(key: item.key))
            case nil: break
            }
            let (usesBackup, target) = target
            guard usesBackup == isInBackup else {
                patience = UploadPatience(settings)
                restart(item, inBackup: usesBackup)
                await callOff(plan, item, isInBackup)
                continue
            }
            do throws(UploadFailure) {
                if let object = try await advance(item, plan, target, version) { return .success(object) }
                patience.succeeded()
            } catch {
                switch error {
                case .file(let error): return .failure(error)
                case .store(let failure):
                    let failure = await explained(failure, plan, item, target)
                    let verdict = patience.failed(failure, at: now(), jitter: .random(in: 0...1))
                    if let error = await obey(verdict, failure, item, target, usesBackup) {
                        // A store keeps, and charges for, parts that nobody asks for any more.
                        await callOff(plan, item, isInBackup)
                        return .failure(error)
                    }
                }
            }
        }
    }

    /// A store that came back without what was begun may say nothing better than "internal error": it is asked.
    private func explained(
        _ failure: StoreFailure,
        _ plan: UploadPlan,
        _ item: UploadItem,
        _ target: Destination
    ) async -> StoreFailure {
        guard failure.kind == .outage, let upload = plan.upload, case .object(let store) = target,
            let isKnown = try? await store.knows(upload, key: item.key), !isKnown
        else { return failure }
        return StoreFailure(.lostUpload, failure.reason)
    }

    /// Does what patience says; returns the error if that is the end.
    private func obey(
        _ verdict: UploadPatience.Verdict,
        _ failure: StoreFailure,
        _ item: UploadItem,
        _ target: Destination,
        _ usesBackup: Bool
    ) async -> StorageError? {
        let error = StorageError.upload(store: target.name, reason: failure.reason)
        switch verdict {
        case .retry(let delay, let isLogged):
            if isLogged {
                logger.warning("an upload is tried again", metadata: ["key": "\(item.key)", "error": "\(error)"])
            }
            try? await Task.sleep(for: delay)
            return nil
        case .startOver:
            logger.warning("an upload starts over", metadata: ["key": "\(item.key)", "error": "\(error)"])
            restart(item, inBackup: usesBackup)
            return nil
        case .giveUp:
            guard usesBackup else { return failOver(because: error) }
            let primary = state.withLock { $0.primaryFailure }
            return .both(primary: primary?.description ?? "", backup: error.description)
        }
    }

    /// Turns to the backup for this and everything after.
    ///
    /// - Returns: the error, if there is no backup.
    private func failOver(because error: StorageError) -> StorageError? {
        guard backup != nil else { return error }
        let isFirst = state.withLock { state in
            guard state.primaryFailure == nil else { return false }
            state.primaryFailure = error
            return true
        }
        if isFirst {
            logger.error("the backup storage is used from now on", metadata: ["error": "\(error)"])
            var record = JournalRecord(.backup)
            if case .upload(let store, let reason) = error { (record.store, record.reason) = (store, reason) }
            write(record)
        }
        return nil
    }

    private var target: (usesBackup: Bool, destination: Destination) {
        let usesBackup = state.withLock { $0.primaryFailure != nil }
        guard usesBackup, let backup else { return (false, primary) }
        return (true, backup)
    }

    private func restart(_ item: UploadItem, inBackup: Bool) {
        item.startOver(isInBackup: inBackup)
        var record = JournalRecord(.restart, id: item.id)
        record.backup = inBackup
        write(record)
    }

    /// Tells the store that what was begun will not be completed, as far as it listens.
    private func callOff(_ plan: UploadPlan, _ item: UploadItem, _ isInBackup: Bool) async {
        guard let upload = plan.upload, case .object(let store)? = isInBackup ? backup : primary else { return }
        try? await store.abort(upload, key: item.key)
    }

    /// Writes the outcome down, removes the local file of what is stored, and tells whoever waits.
    private func conclude(_ item: UploadItem, _ result: Result<StoredObject, StorageError>?) async {
        guard let result else {
            settled(item.id)
            return
        }
        let isInBackup = item.snapshot.isInBackup
        var record: JournalRecord
        switch result {
        case .success(let object):
            record = JournalRecord(.stored, id: item.id)
            (record.location, record.length, record.backup) = (object.location, object.size, isInBackup)
            if isInBackup { state.withLock { $0.backupWasUsed = true } }
        case .failure(.cancelled):
            record = JournalRecord(.dropped, id: item.id)
        case .failure(let error):
            record = JournalRecord(.failed, id: item.id)
            if case .upload(let store, let reason) = error { (record.store, record.reason) = (store, reason) }
            record.reason = record.reason ?? error.description
            logger.error("an upload has failed", metadata: ["key": "\(item.key)", "error": "\(error)"])
        }
        write(record)
        if case .success = result {
            _ = try? await onDisk { () throws(StorageError) in try self.journal.synchronize() }
            discardFile(of: item)
        }
        for completion in item.conclude(result) { completion(result) }
        settled(item.id)
    }

    /// Nobody has to wait for an upload any more.
    func settled(_ id: Int) {
        let settlers = state.withLock { state in
            state.items[id] = nil
            state.unsettled.remove(id)
            guard state.unsettled.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.settlers = [] }
            return state.settlers
        }
        for settler in settlers { settler.resume() }
    }
}

/// What can go wrong with one step.
enum UploadFailure: Error {
    /// The store's side; worth another try, or another store.
    case store(StoreFailure)
    /// The local file's side; no store can help.
    case file(StorageError)
}

/// Runs what waits for a disk on a thread that may wait.
func onDisk<T: Sendable>(_ work: @escaping @Sendable () throws(StorageError) -> T) async throws(StorageError) -> T {
    do {
        return try await NIOThreadPool.singleton.runIfActive { try work() }
    } catch let error as StorageError {
        throw error
    } catch {
        throw .invalid(path: "", reason: "the thread pool for files is shut down: \(error)")
    }
}
