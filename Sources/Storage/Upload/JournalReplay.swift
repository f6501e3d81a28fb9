/// What the records of a journal add up to.
struct JournalReplay {
    /// One upload as the journal leaves it.
    struct Entry {
        let id: Int
        let path: String
        let key: String
        let contentType: String
        let isReplacing: Bool
        let grows: Bool
        var plan: UploadPlan
        var outcome: Result<StoredObject, StorageError>?
        var isDropped = false
        var isInBackup = false
    }

    /// In the order they were handed over.
    private(set) var entries: [Entry] = []
    /// Why the primary storage was given up, if it was.
    private(set) var primaryFailure: StorageError?
    private var positions: [Int: Int] = [:]

    init(_ records: [JournalRecord], sizes: PartSizes) {
        for record in records { apply(record, sizes: sizes) }
    }

    /// The number for the next upload.
    var nextID: Int { (entries.map(\.id).max() ?? 0) + 1 }

    private mutating func apply(_ record: JournalRecord, sizes: PartSizes) {
        switch record.kind {
        case .backup: primaryFailure = .upload(store: record.store ?? "", reason: record.reason ?? "")
        case .submit, .grow: add(record, sizes: sizes)
        case .begin, .part, .end, .restart, .stored, .failed, .dropped:
            guard let position = positions[record.id] else { return }
            entries[position].apply(record)
        }
    }

    private mutating func add(_ record: JournalRecord, sizes: PartSizes) {
        guard let path = record.path, let key = record.key, positions[record.id] == nil else { return }
        var entry = Entry(
            id: record.id,
            path: path,
            key: key,
            contentType: record.type ?? "application/octet-stream",
            isReplacing: record.replacing ?? false,
            grows: record.kind == .grow,
            plan: UploadPlan(sizes: sizes)
        )
        if record.kind == .submit { entry.plan.end(FileEnding(length: max(0, record.length ?? 0))) }
        positions[record.id] = entries.count
        entries.append(entry)
    }
}

extension JournalReplay.Entry {
    fileprivate mutating func apply(_ record: JournalRecord) {
        switch record.kind {
        case .begin:
            if let upload = record.upload { plan.begun(upload) }
            isInBackup = record.backup ?? false
        case .part: if let part = record.part, let tag = record.tag { plan.sent(part: part, tag: tag) }
        case .end: if let ending = record.ending { plan.end(ending) }
        case .restart:
            plan.startOver()
            isInBackup = record.backup ?? false
        case .stored:
            outcome = .success(StoredObject(location: record.location ?? "", size: record.length ?? 0))
            isInBackup = record.backup ?? false
        case .failed: outcome = .failure(.upload(store: record.store ?? "", reason: record.reason ?? ""))
        case .dropped: isDropped = true
        case .submit, .grow, .backup: break
        }
    }
}
