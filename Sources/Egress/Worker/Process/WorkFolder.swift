import FoundationEssentials
import Glibc
import JobProcess

/// The folder of one worker's jobs, locked for as long as the worker lives.
///
/// Workers of one machine may share the folder above it. One that is dead has lost its lock, which is how the next worker to
/// start finds what it has left.
final class WorkFolder: Sendable {
    /// The folder, absolute.
    let path: String
    /// The folder above it, which workers of one machine may share.
    let root: String
    private let lock: Int32

    /// Makes and locks the folder of the worker `name` below `root`, an absolute path.
    init(root: String, name: String) throws(LaunchError) {
        self.root = root
        path = "\(root)/\(name)"
        try Self.make(root)
        try Self.make(path)
        guard let lock = Self.locked(path) else {
            throw LaunchError("\(path) belongs to a worker that runs", EWOULDBLOCK)
        }
        self.lock = lock
    }

    deinit {
        close(lock)
    }

    /// The jobs that workers which are dead have left, now ours to complete; their folders stay where they are.
    ///
    /// Folders without a job are removed.
    func orphans() -> [Orphan] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        var orphans: [Orphan] = []
        for name in names where name.hasPrefix(EgressNodeID.prefix) && "\(root)/\(name)" != path {
            let folder = "\(root)/\(name)"
            guard let lock = Self.locked(folder) else { continue }
            let estate = Estate(path: folder, lock: lock)
            let jobs = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for job in jobs where job.hasPrefix("EG_") {
                orphans.append(Orphan(id: job, folder: JobFolder(path: "\(folder)/\(job)"), estate: estate))
            }
        }
        return orphans
    }

    /// Where the files of an egress stay that could not be stored: beside the workers' folders, and nobody's to complete.
    func failedPath(of id: String) -> String { "\(failedRoot)/\(id)" }

    /// The egresses whose files could not be stored.
    var failed: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: failedRoot)) ?? []).sorted()
    }

    /// Keeps the files of an egress that could not be stored.
    func keepFailed(_ folder: JobFolder, of id: String) throws(LaunchError) {
        try Self.make(failedRoot)
        try folder.retire(to: failedPath(of: id))
    }

    private var failedRoot: String { "\(root)/failed" }

    /// Removes the folder, if no job has left anything in it.
    func removeIfEmpty() {
        unlink("\(path)/\(Self.lockName)")
        rmdir(path)
    }

    private static func make(_ path: String) throws(LaunchError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw LaunchError("\(path) cannot be made", errno)
        }
    }

    /// The descriptor that holds the lock; nil if somebody else has it.
    private static func locked(_ folder: String) -> Int32? {
        let descriptor = open("\(folder)/\(lockName)", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    fileprivate static let lockName = "lock"
}

/// A job whose worker is dead.
struct Orphan: Sendable {
    let id: String
    let folder: JobFolder
    fileprivate let estate: Estate
}

/// What a dead worker has left; held as long as one of its jobs is not completed, then removed.
private final class Estate: Sendable {
    private let path: String
    private let lock: Int32

    init(path: String, lock: Int32) {
        self.path = path
        self.lock = lock
    }

    deinit {
        let isEmpty = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []) == [WorkFolder.lockName]
        if isEmpty {
            unlink("\(path)/\(WorkFolder.lockName)")
            rmdir(path)
        }
        close(lock)
    }
}
