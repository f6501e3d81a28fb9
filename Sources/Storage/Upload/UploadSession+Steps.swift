import NIOCore

extension UploadSession {
    /// Takes the next step of one upload, or waits until there is one.
    ///
    /// - Returns: the object, if that was the last step.
    func advance(
        _ item: UploadItem,
        _ plan: UploadPlan,
        _ target: Destination,
        _ version: Int
    ) async throws(UploadFailure) -> StoredObject? {
        switch target {
        case .local(let storage):
            guard let ending = plan.ending else {
                await item.change(after: version)
                return nil
            }
            return try await place(item, ending, in: storage)
        case .object(let store):
            let step = plan.next()
            guard step != .wait else {
                await item.change(after: version)
                return nil
            }
            return try await send(step, of: plan, item, to: store)
        }
    }

    private func send(
        _ step: UploadPlan.Step,
        of plan: UploadPlan,
        _ item: UploadItem,
        to store: any ObjectStore
    ) async throws(UploadFailure) -> StoredObject? {
        let size = plan.ending?.size ?? 0
        switch step {
        case .wait: return nil
        case .whole:
            let body = try await content(1, of: plan, item)
            return try await asking { () async throws(StoreFailure) in
                let location = try await store.location(of: item.key)
                try await store.put(body, as: item.key, contentType: item.contentType)
                return StoredObject(location: location, size: size)
            }
        case .begin:
            let upload = try await asking { () async throws(StoreFailure) in
                try await store.begin(item.key, contentType: item.contentType)
            }
            item.note { $0.begun(upload) }
            var record = JournalRecord(.begin, id: item.id)
            (record.upload, record.backup) = (upload, item.snapshot.isInBackup)
            write(record)
        case .part(let number):
            let body = try await content(number, of: plan, item)
            let tag = try await asking { () async throws(StoreFailure) in
                try await store.send(body, part: number, of: plan.upload ?? "", key: item.key)
            }
            let isCurrent = item.note(part: number, tag: tag, of: plan)
            // What the file's ending has changed meanwhile is sent again.
            guard isCurrent else { return nil }
            var record = JournalRecord(.part, id: item.id)
            (record.part, record.tag) = (number, tag)
            write(record)
        case .complete:
            return try await asking { () async throws(StoreFailure) in
                // Before, so that nothing can fail after the object is there.
                let location = try await store.location(of: item.key)
                try await store.complete(
                    plan.upload ?? "",
                    key: item.key,
                    parts: plan.parts,
                    contentType: item.contentType
                )
                return StoredObject(location: location, size: size)
            }
        }
        return nil
    }

    private func content(_ number: Int, of plan: UploadPlan, _ item: UploadItem) async throws(UploadFailure)
        -> ByteBuffer
    {
        let (head, range) = plan.content(of: number)
        let path = item.path
        do {
            return try await onDisk { () throws(StorageError) in try readFile(path, head: head, range: range) }
        } catch {
            throw .file(error)
        }
    }

    private func asking<T>(_ request: () async throws(StoreFailure) -> T) async throws(UploadFailure) -> T {
        do {
            return try await request()
        } catch {
            throw .store(error)
        }
    }

    /// Puts a finished file in its place in the folder of local storage.
    private func place(
        _ item: UploadItem,
        _ ending: FileEnding,
        in storage: LocalStorage
    ) async throws(UploadFailure) -> StoredObject {
        let (path, key) = (item.path, item.key)
        do {
            return try await onDisk { () throws(StorageError) in
                try placeFile(path, ending, as: try storage.prepare(key))
            }
        } catch {
            switch error {
            // A full or read-only disk may get better.
            case .system: throw .store(StoreFailure(.uncertain, error.description))
            default: throw .store(StoreFailure(.refused, error.description))
            }
        }
    }
}

/// Moves a file to `target` in one step, ended as it is to be.
///
/// It may be called again after a crash at any point: a head of another length is written to a copy, so that the source
/// is either as it was or gone.
func placeFile(_ path: String, _ ending: FileEnding, as target: String) throws(StorageError) -> StoredObject {
    if !exists(path), exists(target) {
        return StoredObject(location: target, size: try fileSize(target))
    }
    let temporary = "\(target).part"
    if (ending.head ?? []).count == ending.replacing {
        try apply(ending, to: path)
        if !onSameFileSystem(path, folder(of: target)) {
            try copy(path, to: temporary, range: 0..<ending.length)
            try LocalStorage.publish(temporary, as: target)
        } else {
            try LocalStorage.publish(path, as: target)
        }
    } else {
        try copy(path, to: temporary, head: ending.head ?? [], range: Int64(ending.replacing)..<ending.length)
        try LocalStorage.publish(temporary, as: target)
    }
    return StoredObject(location: target, size: ending.size)
}
