/// Why a file cannot be stored where it was asked for.
public enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path leads out of the output folder.
    case outside(path: String, root: String)
    /// The path cannot be a file's name at all.
    case invalid(path: String, reason: String)
    /// The operating system refused; the text names the call's purpose.
    case system(operation: String, path: String, errno: Int32, reason: String)

    /// What was wrong, with which value, and what would be right.
    public var description: String {
        switch self {
        case .outside(let path, let root):
            "\"\(path)\" leads out of the output folder \(root); give a relative path, or an absolute one inside it"
        case .invalid(let path, let reason): "\"\(path)\" is not a usable file path: \(reason)"
        case .system(let operation, let path, _, let reason): "cannot \(operation) \(path): \(reason)"
        }
    }
}
