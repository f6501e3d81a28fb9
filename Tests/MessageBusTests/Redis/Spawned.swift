import Glibc
import Synchronization

/// A program that a test runs, without a word from it.
///
/// Not Foundation's `Process`, whose `waitUntilExit` runs a run loop and can wait for ever on a thread of tasks.
final class Spawned: Sendable {
    private let pid: pid_t
    /// How it ended, once that is known.
    private let status = Mutex<Int32?>(nil)

    /// Starts it.
    init(_ path: String, _ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &words, environ)
        guard code == 0 else {
            throw RedisProcess.Failure(description: "cannot run \(path): \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    deinit { kill() }

    var isRunning: Bool { wait(WNOHANG) == nil }

    /// Waits for its end; gives what it exited with.
    func exitCode() -> Int32 { (wait(0) ?? 0) >> 8 & 0xFF }

    /// Ends it at once.
    func kill() {
        guard isRunning else { return }
        _ = Glibc.kill(pid, SIGKILL)
        _ = wait(0)
    }

    func signal(_ number: Int32) { _ = Glibc.kill(pid, number) }

    private func wait(_ options: Int32) -> Int32? {
        status.withLock { status in
            if status != nil { return status }
            var code: Int32 = 0
            if waitpid(pid, &code, options) == pid { status = code }
            return status
        }
    }
}
