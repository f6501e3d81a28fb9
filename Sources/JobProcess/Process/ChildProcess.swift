package import Glibc

/// A process of our own, with one end of a socket as its descriptor 3.
package struct ChildProcess: Sendable {
    /// The descriptor at which the child finds its end of the socket.
    package static let linkDescriptor: Int32 = 3

    /// How a process ended.
    package enum Exit: Sendable, Hashable, CustomStringConvertible {
        /// By itself, with this code.
        case code(Int32)
        /// By this signal.
        case signal(Int32)

        /// For logs and reports.
        package var description: String {
            switch self {
            case .code(let code): "exit code \(code)"
            case .signal(let number): "signal \(number) (\(String(cString: strsignal(number))))"
            }
        }
    }

    /// Its number.
    package let pid: pid_t
    /// Our end of the socket.
    package let link: JobLink

    /// Starts `executable` with `arguments` (its own name is added).
    ///
    /// The child leads a process group of its own: a Ctrl-C at the terminal reaches the worker alone, which stops its jobs in
    /// good order. It stays in the worker's session, for Linux shares processors out between sessions first (autogroup), and jobs
    /// in sessions of their own were starved beside a busy one: 0.1 of a core instead of their part of two (Linux 6.18).
    /// It inherits standard output and error, the link and nothing else; `standardError` takes the place of ours.
    package init(executable: String, arguments: [String], standardError: Int32? = nil) throws(LaunchError) {
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw LaunchError("no socket for the job", errno)
        }
        let (ours, theirs) = (ends[0], ends[1])
        defer { close(theirs) }
        let link = JobLink(descriptor: ours)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // Before the link takes the place of whatever may lie at its descriptor.
        if let standardError { posix_spawn_file_actions_adddup2(&actions, standardError, STDERR_FILENO) }
        posix_spawn_file_actions_adddup2(&actions, theirs, Self.linkDescriptor)
        GNUFunctions.closeDescriptors(from: Self.linkDescriptor + 1, in: &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var arguments: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        arguments.append(nil)
        var pid: pid_t = 0
        let result = posix_spawn(&pid, executable, &actions, &attributes, arguments, environ)
        guard result == 0 else { throw LaunchError("\(executable) cannot be started", result) }
        self.pid = pid
        self.link = link
    }

    /// Waits until the process has ended; to be called once.
    package func wait() -> Exit {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return .code(-1) }
        }
        return status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }

    /// Ends the process at once, and what it may have started.
    package func kill() {
        Glibc.kill(-pid, SIGKILL)
    }
}
