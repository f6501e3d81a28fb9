import Storage

/// What outputs ask of the place their files go to.
///
/// Nothing here waits for a network: what became of a file is said by its `completion`, from any thread.
protocol OutputStore: AnyObject, Sendable {
    /// Takes a finished file, which is gone once it is stored.
    ///
    /// A `replacing` one supersedes an older version of the same key that is still waiting.
    func submit(
        _ path: String,
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    )

    /// Takes bytes rather than a file.
    func submit(
        _ bytes: [UInt8],
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    )

    /// Takes a file that grows.
    func growing(_ path: String, as key: String, contentType: String) -> any GrowingFile

    /// Whether anything went to the backup storage.
    var backupWasUsed: Bool { get }
}

/// A file that is uploaded while it grows.
protocol GrowingFile: Sendable {
    /// The first `length` bytes are on disk and final, but for those that `finish` replaces.
    func grown(to length: Int64)

    /// The file is complete; its first `count` bytes are replaced by `head`.
    func finish(
        head: [UInt8]?,
        replacing count: Int,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    )

    /// The file is not to be stored.
    func cancel()
}
