#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A folder on this machine that files are written into, and never outside of.
///
/// A path is given by whoever may start a recording, which need not be whoever owns the machine. So a relative path
/// lands in the folder, an absolute one has to lie inside it, `..` is refused, and symbolic links on the way are
/// followed before the comparison.
public struct LocalStorage: Sendable, Hashable {
    /// The folder, absolute, without symbolic links.
    public let root: String

    /// The storage in `root`, which is created if it does not exist.
    ///
    /// - Throws: `StorageError.system` if the folder can be neither found nor created.
    public init(root: String) throws(StorageError) {
        try makeFolders(root)
        self.root = try realPath(root)
    }

    /// The absolute path of the file that `path` names, with its folder made sure of.
    ///
    /// - Throws: `StorageError.outside` if it leads out of the folder, `.invalid` if it is no file's name.
    public func prepare(_ path: String) throws(StorageError) -> String {
        let parts = try parts(of: path)
        var folder = root
        for part in parts.dropLast() {
            folder += "/" + part
            // A link anywhere on the way is judged by where it leads, before anything is created behind it.
            if exists(folder) { folder = try inside(folder, asked: path) } else { try makeFolder(folder) }
        }
        return try file(parts[parts.count - 1], in: folder, asked: path)
    }

    /// Checks `path` as `prepare(_:)` does, without creating anything, and returns where the file would be.
    public func check(_ path: String) throws(StorageError) -> String {
        let parts = try parts(of: path)
        var folder = root
        for part in parts.dropLast() {
            folder += "/" + part
            if exists(folder) {
                folder = try inside(folder, asked: path)
            } else if isLink(folder) {
                throw StorageError.outside(path: path, root: root)
            }
        }
        return try file(parts[parts.count - 1], in: folder, asked: path)
    }

    /// Puts a finished file in its place in one step: whoever opens `destination` sees the old file or the whole new
    /// one.
    ///
    /// Both have to be in the same file system. The data is on disk before the name is.
    public static func publish(_ source: String, as destination: String) throws(StorageError) {
        try synchronize(source)
        guard rename(source, destination) == 0 else {
            throw StorageError.last("move \(source) to", destination)
        }
        try synchronize(folder(of: destination))
    }

    /// The path below the root, in parts, none of them empty, `.` or `..`.
    private func parts(of path: String) throws(StorageError) -> [String] {
        guard !path.utf8.contains(0) else {
            throw StorageError.invalid(path: "…", reason: "it contains a zero byte")
        }
        guard path.utf8.count <= maximumPathLength else {
            throw StorageError.invalid(
                path: String(path.prefix(64)) + "…",
                reason: "longer than \(maximumPathLength) bytes"
            )
        }
        var relative = path[...]
        if path.hasPrefix("/") {
            let prefix = root == "/" ? "/" : root + "/"
            guard path.hasPrefix(prefix) else { throw StorageError.outside(path: path, root: root) }
            relative = path.dropFirst(prefix.count)
        }
        guard !relative.isEmpty, !relative.hasSuffix("/") else {
            throw StorageError.invalid(path: path, reason: "it names a folder")
        }
        let parts = relative.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.contains("..") else { throw StorageError.outside(path: path, root: root) }
        guard let name = parts.last else { throw StorageError.invalid(path: path, reason: "it names a folder") }
        guard parts.allSatisfy({ $0.utf8.count <= maximumNameLength }) else {
            throw StorageError.invalid(
                path: path,
                reason: "\"\(name.prefix(32))…\" is longer than \(maximumNameLength) bytes"
            )
        }
        return parts
    }

    private func file(_ name: String, in folder: String, asked: String) throws(StorageError) -> String {
        let file = folder + "/" + name
        if isLink(file) {
            throw StorageError.invalid(path: asked, reason: "there is a symbolic link of that name")
        }
        if isFolder(file) {
            throw StorageError.invalid(path: asked, reason: "there is a folder of that name")
        }
        return file
    }

    private func inside(_ folder: String, asked: String) throws(StorageError) -> String {
        let real = try realPath(folder)
        guard real == root || real.hasPrefix(root == "/" ? "/" : root + "/") else {
            throw StorageError.outside(path: asked, root: root)
        }
        guard isFolder(real) else {
            throw StorageError.invalid(path: asked, reason: "\(real) is a file, not a folder")
        }
        return real
    }
}

/// `PATH_MAX` of Linux, its zero byte taken off.
private let maximumPathLength = 4095
/// `NAME_MAX` is 255; some is left for the suffix of a file that is being written.
private let maximumNameLength = 230
