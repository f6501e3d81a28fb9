public import Logging
public import MediaWire
import Synchronization

extension UploadSession {
    /// Carries on what a session that ended early has left in `folder`, until all of it is confirmed or given up.
    ///
    /// - Parameters:
    /// - settings: in place of those of the session; nil keeps them. - ending: asked for each file that had not been
    /// finished, with its path and key: what it is to be (a media file may have a torn end, and a head that says too
    /// little), or nil if it is of no use.
    /// - Returns: what became of everything the session was given, also of what was stored before it ended.
    /// - Throws: `StorageError` if the folder has no journal that can be read.
    public static func resume(
        folder: String,
        settings: Settings? = nil,
        logger: Logger,
        now: @escaping @Sendable () -> Instant = { UploadSession.monotonic },
        ending: @Sendable (_ path: String, _ key: String) async -> FileEnding?
    ) async throws(StorageError) -> [ResumedUpload] {
        guard isResumable(folder) else {
            throw StorageError.invalid(path: folder, reason: "it has no journal of uploads")
        }
        var record = try SessionRecord(folder: folder)
        if let settings {
            // Parts that were sent have the old size.
            let partSize = record.settings.partSize
            record.settings = settings
            record.settings.partSize = partSize
        }
        let (journal, records) = try UploadJournal.open(journalPath(folder))
        let replay = JournalReplay(records, sizes: PartSizes(first: record.settings.partSize))
        let session = try UploadSession(
            folder: folder,
            record: record,
            journal: journal,
            logger: logger,
            environment: .process,
            now: now
        )
        let results = await session.carryOn(replay, ending: ending)
        return replay.entries.compactMap { entry in
            guard let (result, isInBackup) = results[entry.id] else { return nil }
            return ResumedUpload(
                key: entry.key,
                path: entry.path,
                contentType: entry.contentType,
                grew: entry.grows,
                isInBackup: isInBackup,
                result: result
            )
        }
    }

    private typealias Outcome = (Result<StoredObject, StorageError>, isInBackup: Bool)

    /// Finishes every entry without an outcome and returns all outcomes by their numbers.
    private func carryOn(
        _ replay: JournalReplay,
        ending: @Sendable (_ path: String, _ key: String) async -> FileEnding?
    ) async -> [Int: Outcome] {
        state.withLock {
            $0.nextID = replay.nextID
            $0.primaryFailure = replay.primaryFailure
        }
        let outcomes = Outcomes()
        for entry in replay.entries where !entry.isDropped {
            if let outcome = entry.outcome {
                // It may have ended between the confirmation and the removal.
                if case .success = outcome { try? removeFile(entry.path) }
                outcomes.set(entry.id, (outcome, entry.isInBackup))
                continue
            }
            let item = UploadItem(
                id: entry.id,
                path: entry.path,
                key: entry.key,
                contentType: entry.contentType,
                grows: entry.grows,
                isReplacing: entry.isReplacing,
                plan: entry.plan,
                isInBackup: entry.isInBackup
            )
            let completion: UploadItem.Completion = { outcomes.set(entry.id, ($0, item.snapshot.isInBackup)) }
            if !entry.grows {
                item.add([completion])
                enqueue(item)
            } else if let known = entry.plan.ending {
                carryOn(item, known, completion, isNew: false)
            } else if let found = await ending(entry.path, entry.key) {
                carryOn(item, found, completion, isNew: true)
            } else {
                item.interrupt(.cancelled)
                state.withLock { _ = $0.unsettled.insert(item.id) }
                startLane(of: item)
            }
        }
        await settle()
        return outcomes.all
    }

    private func carryOn(
        _ item: UploadItem,
        _ ending: FileEnding,
        _ completion: @escaping UploadItem.Completion,
        isNew: Bool
    ) {
        if isNew {
            finish(item, ending, completion)
        } else {
            item.add([completion])
            state.withLock { _ = $0.unsettled.insert(item.id) }
        }
        startLane(of: item)
    }

    /// Outcomes as they come in, from any thread.
    private final class Outcomes: Sendable {
        private let outcomes = Mutex<[Int: Outcome]>([:])

        var all: [Int: Outcome] { outcomes.withLock { $0 } }

        func set(_ id: Int, _ outcome: Outcome) {
            outcomes.withLock { $0[id] = outcome }
        }
    }
}
