import Foundation
import Glibc
import Synchronization

/// A program that a test runs beside itself, and that ends with this object.
///
/// Not Foundation's `Process`, whose `waitUntilExit` runs a run loop and can wait for ever on a thread of tasks.
public final class Spawned: Sendable {
    /// A program that could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// Which, and why.
        public let description: String
    }

    private let pid: pid_t
    /// How it ended, once that is known.
    private let status = Mutex<Int32?>(nil)

    /// Starts a program: a path, or a name to be found on the search path.
    ///
    /// It gets no descriptor of the test's. Unless files are named it reads nothing, and what it says is thrown away.
    public init(
        _ program: String,
        _ arguments: [String],
        input: String = "/dev/null",
        output: String = "/dev/null",
        errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDWR, 0)
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, writing, 0o600)
        // A socket that a child holds too never closes for its peer. One that is gone by then does no harm here.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            guard let descriptor = Int32(name), descriptor > STDERR_FILENO else { continue }
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        // Threads of tasks block signals, and a child inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, program, &actions, &attributes, &words, environ)
        guard code == 0 else {
            throw Failure(description: "cannot run \(program): \(String(cString: strerror(code)))")
        }
        self.pid = pid
    }

    deinit { kill() }

    /// Whether it has not ended yet.
    public var isRunning: Bool { wait(WNOHANG) == nil }

    /// Waits for its end, blocking the thread: for programs that end soon by themselves.
    ///
    /// Gives what it exited with; 128 and the signal's number if a signal ended it, as a shell does.
    public func exitCode() -> Int32 {
        let status = wait(0) ?? 0
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Waits for its end, at most this long; false if it still runs then.
    public func ends(within limit: Duration) async -> Bool {
        let end = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(20)) }
        return !isRunning
    }

    /// Ends it at once.
    public func kill() {
        guard isRunning else { return }
        _ = Glibc.kill(pid, SIGKILL)
        _ = wait(0)
    }

    /// Makes it stand still, as a program that hangs, or go on.
    public func hold(_ isHeld: Bool) {
        guard isRunning else { return }
        _ = Glibc.kill(pid, isHeld ? SIGSTOP : SIGCONT)
    }

    private func wait(_ options: Int32) -> Int32? {
        status.withLock { status in
            if status != nil { return status }
            var code: Int32 = 0
            var found = waitpid(pid, &code, options)
            while found < 0, errno == EINTR { found = waitpid(pid, &code, options) }
            if found == pid { status = code }
            return status
        }
    }
}
