/// What became of one upload of a session that ended early.
public struct ResumedUpload: Sendable {
    /// The key it was handed over with.
    public let key: String
    /// The local file; it is gone if the upload succeeded.
    public let path: String
    /// The object's type.
    public let contentType: String
    /// Whether it was a file that grew.
    public let grew: Bool
    /// Whether it lies in the backup storage.
    public let isInBackup: Bool
    /// Where it lies, or why it does not.
    public let result: Result<StoredObject, StorageError>
}
