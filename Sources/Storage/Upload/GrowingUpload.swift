import Synchronization

/// The upload of a file that is still being written.
///
/// Dropped without `finish` or `cancel`, it stays in the journal for `UploadSession.resume`.
public final class GrowingUpload: Sendable {
    private let item: UploadItem
    private let session: UploadSession

    init(item: UploadItem, session: UploadSession) {
        self.item = item
        self.session = session
    }

    deinit {
        item.interrupt(.abandoned)
    }

    /// The first `length` bytes of the file are final, except those that `finish` replaces.
    public func grown(to length: Int64) {
        item.grow(to: length)
    }

    /// The file is complete.
    ///
    /// - Parameters:
    ///   - head: stands in place of the first `count` bytes of the file; nil: they stay as they are. Both are at most
    ///     `FileEnding.maximumHead` bytes.
    ///   - completion: told what became of the upload, from any thread.
    public func finish(
        head: [UInt8]? = nil,
        replacing count: Int = 0,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        do throws(StorageError) {
            session.finish(
                item,
                FileEnding(length: try fileSize(item.path), head: head, replacing: count),
                completion
            )
        } catch {
            item.interrupt(.cancelled)
            completion(.failure(error))
        }
    }

    /// Nobody wants the object any more.
    ///
    /// The local file stays.
    public func cancel() {
        item.interrupt(.cancelled)
    }
}

extension UploadSession {
    /// A growing file has ended.
    func finish(_ item: UploadItem, _ ending: FileEnding, _ completion: @escaping UploadItem.Completion) {
        var record = JournalRecord(.end, id: item.id)
        record.ending = ending
        write(record)
        state.withLock { _ = $0.unsettled.insert(item.id) }
        if let outcome = item.end(ending, completion) {
            completion(outcome)
            settled(item.id)
        }
    }
}
