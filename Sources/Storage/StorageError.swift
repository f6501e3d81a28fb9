/// Why a file cannot be stored where it was asked for.
///
/// Never shows a credential.
public enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path leads out of the output folder.
    case outside(path: String, root: String)
    /// The path cannot be a file's name at all.
    case invalid(path: String, reason: String)
    /// The operating system refused; the text names the call's purpose.
    case system(operation: String, path: String, errno: Int32, reason: String)
    /// An object store did not take it; `store` is `S3`, `GCP`, `Azure`, `AliOSS` or `Local`.
    case upload(store: String, reason: String)
    /// Neither the storage nor its backup took it.
    case both(primary: String, backup: String)
    /// The upload was called off.
    case cancelled(key: String)

    /// What was wrong, with which value, and what would be right.
    public var description: String {
        switch self {
        case .outside(let path, let root):
            "\"\(path)\" leads out of the output folder \(root); give a relative path, or an absolute one inside it"
        case .invalid(let path, let reason): "\"\(path)\" is not a usable file path: \(reason)"
        case .system(let operation, let path, _, let reason): "cannot \(operation) \(path): \(reason)"
        case .upload(let store, let reason): "\(store) upload failed: \(reason)"
        case .both(let primary, let backup): "primary: \(primary) backup: \(backup)"
        case .cancelled(let key): "the upload of \"\(key)\" was called off"
        }
    }

    /// The code for `EgressInfo.error_code`.
    public var code: Int32 {
        switch self {
        case .outside, .invalid, .upload, .both: 400
        case .cancelled: 412
        case .system: 500
        }
    }
}
