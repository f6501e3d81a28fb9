public import Logging
public import MediaWire
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The uploads of one recording to one storage.
///
/// Finished files wait in a queue and go up one after the other, so that a playlist never comes before a segment it
/// names. A file that grows has a lane of its own: its full parts go up while it is written, its first part and its end
/// when it is finished. Everything that happens is first written to a journal in `folder`; after a crash `resume`
/// carries on from it.
///
/// An upload is tried until it is stored, refused, or its outage is older than `Settings.maximumAge`. When that happens
/// everything after goes to the backup storage, if there is one. A local file is removed when its object is confirmed,
/// and never otherwise.
///
/// `folder` holds `session.json` (what is needed to resume, credentials included, readable by this user alone),
/// `journal.jsonl` and the files of bytes handed over; whoever made it removes it.
public final class UploadSession: Sendable {
    let journal: UploadJournal
    let settings: Settings
    let logger: Logger
    let now: @Sendable () -> Instant
    let primary: Destination
    let backup: Destination?
    let state: Mutex<State>
    private let folder: String

    struct State {
        var queue = UploadQueue()
        /// What has no outcome yet, by its number.
        var items: [Int: UploadItem] = [:]
        /// What `settle` waits for.
        var unsettled: Set<Int> = []
        var settlers: [CheckedContinuation<Void, Never>] = []
        var nextID = 1
        var isQueueRunning = false
        /// Why the primary storage was given up.
        var primaryFailure: StorageError?
        var backupWasUsed = false
    }

    /// A session without uploads.
    ///
    /// - Parameters:
    ///   - folder: the session's own; created if it is not there.
    ///   - localRoot: the folder of local storage.
    /// - Throws: `StorageError.invalid` if the folder has a journal already, `.upload` for a configuration that cannot work,
    ///   `.system` if the folder cannot be written.
    public convenience init(
        folder: String,
        destination: StorageConfiguration,
        backup: StorageConfiguration?,
        localRoot: String,
        settings: Settings = Settings(),
        logger: Logger,
        now: @escaping @Sendable () -> Instant = { UploadSession.monotonic }
    ) throws(StorageError) {
        guard !Self.isResumable(folder) else {
            throw StorageError.invalid(path: folder, reason: "it has the journal of an earlier session; resume that")
        }
        try makeFolders(folder)
        let record = SessionRecord(
            destination: destination,
            backup: backup,
            localRoot: localRoot,
            settings: settings
        )
        try record.write(to: folder)
        let journal = try UploadJournal.open(Self.journalPath(folder)).journal
        try self.init(folder: folder, record: record, journal: journal, logger: logger, environment: .process, now: now)
    }

    init(
        folder: String,
        record: SessionRecord,
        journal: UploadJournal,
        logger: Logger,
        environment: StorageEnvironment,
        now: @escaping @Sendable () -> Instant
    ) throws(StorageError) {
        self.folder = folder
        self.journal = journal
        self.logger = logger
        self.now = now
        settings = record.settings
        primary = try Destination(record.destination, localRoot: record.localRoot, environment: environment)
        if let configuration = record.backup {
            backup = try Destination(configuration, localRoot: record.localRoot, environment: environment)
        } else {
            backup = nil
        }
        state = Mutex(State())
    }

    /// Whether something was stored in the backup storage.
    public var backupWasUsed: Bool { state.withLock { $0.backupWasUsed } }

    /// Hands over a finished file.
    ///
    /// It is removed once its object is confirmed.
    ///
    /// A `replacing` file (a playlist, the one image that is overwritten) takes the place of an older one of the same
    /// key that still waits; it is moved into the session's folder, so that its path may be written again at once.
    ///
    /// - Parameter completion: told what became of it, from any thread; what was superseded is told its successor's outcome.
    public func submit(
        _ path: String,
        as key: String,
        contentType: String,
        replacing: Bool = false,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        let id = takeID()
        do throws(StorageError) {
            var path = path
            if replacing {
                let own = "\(folder)/item-\(id)"
                try move(path, to: own)
                path = own
            }
            enqueue(id, path, length: try fileSize(path), key, contentType, isReplacing: replacing, completion)
        } catch {
            completion(.failure(error))
        }
    }

    /// Hands over bytes rather than a file, as `submit(_:as:contentType:replacing:completion:)` does.
    public func submit(
        _ bytes: [UInt8],
        as key: String,
        contentType: String,
        replacing: Bool = true,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        let id = takeID()
        do throws(StorageError) {
            let path = "\(folder)/item-\(id)"
            try writeFile(path, bytes)
            enqueue(id, path, length: Int64(bytes.count), key, contentType, isReplacing: replacing, completion)
        } catch {
            completion(.failure(error))
        }
    }

    /// Announces a file that is still being written; its parts go up as they fill.
    public func grow(_ path: String, as key: String, contentType: String) -> GrowingUpload {
        let item = UploadItem(
            id: takeID(),
            path: path,
            key: key,
            contentType: contentType,
            grows: true,
            isReplacing: false,
            plan: UploadPlan(sizes: PartSizes(first: settings.partSize))
        )
        var record = JournalRecord(.grow, id: item.id)
        (record.path, record.key, record.type) = (path, key, contentType)
        write(record)
        state.withLock { $0.items[item.id] = item }
        startLane(of: item)
        return GrowingUpload(item: item, session: self)
    }

    /// Returns when everything that was handed over or finished is confirmed or given up.
    public func settle() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.unsettled.isEmpty { return true }
                state.settlers.append(continuation)
                return false
            }
            if isSettled { continuation.resume() }
        }
    }

    /// The monotonic clock of this machine.
    public static var monotonic: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Whether `folder` has the journal of a session.
    public static func isResumable(_ folder: String) -> Bool { exists(journalPath(folder)) }

    static func journalPath(_ folder: String) -> String { "\(folder)/journal.jsonl" }

    private func takeID() -> Int {
        state.withLock { state in
            defer { state.nextID += 1 }
            return state.nextID
        }
    }

    private func enqueue(
        _ id: Int,
        _ path: String,
        length: Int64,
        _ key: String,
        _ contentType: String,
        isReplacing: Bool,
        _ completion: @escaping UploadItem.Completion
    ) {
        var record = JournalRecord(.submit, id: id)
        (record.path, record.key, record.type) = (path, key, contentType)
        (record.replacing, record.length) = (isReplacing, length)
        write(record)
        var plan = UploadPlan(sizes: PartSizes(first: settings.partSize))
        plan.end(FileEnding(length: length))
        let item = UploadItem(
            id: id,
            path: path,
            key: key,
            contentType: contentType,
            grows: false,
            isReplacing: isReplacing,
            plan: plan
        )
        item.add([completion])
        enqueue(item)
    }

    /// Puts an item at the queue's end, in place of older ones that it replaces.
    func enqueue(_ item: UploadItem) {
        let superseded = state.withLock { state in
            state.items[item.id] = item
            state.unsettled.insert(item.id)
            let ids = state.queue.append(item.id, key: item.key, isReplacing: item.isReplacing)
            state.unsettled.subtract(ids)
            let items = ids.compactMap { state.items.removeValue(forKey: $0) }
            // Within the lock: the successor cannot be done before it has taken them over.
            for old in items { item.add(old.takeCompletions()) }
            return items
        }
        for old in superseded {
            write(JournalRecord(.dropped, id: old.id))
            discardFile(of: old)
        }
        startQueue()
    }

    /// Adds a record to the journal; a disk that is full must not stop an upload that could empty it.
    func write(_ record: JournalRecord) {
        do throws(StorageError) {
            try journal.append(record)
        } catch {
            logger.error("the journal of uploads cannot be written", metadata: ["error": "\(error)"])
        }
    }

    func discardFile(of item: UploadItem) {
        do throws(StorageError) {
            try removeFile(item.path)
        } catch {
            logger.warning("an uploaded file cannot be removed", metadata: ["error": "\(error)"])
        }
    }
}

/// Moves a file, by copying if it is on another file system.
private func move(_ source: String, to target: String) throws(StorageError) {
    if rename(source, target) == 0 { return }
    guard errno == EXDEV else { throw StorageError.last("move \(source) to", target) }
    try copy(source, to: target, range: 0..<(try fileSize(source)))
    try removeFile(source)
}
