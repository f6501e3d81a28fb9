package import Glibc

/// Functions of glibc that its headers hide without `_GNU_SOURCE`, found by name at run time.
///
/// Each `unsafeBitCast` is true because `dlsym` gives the function's address, and `Function` is the type that glibc's headers
/// declare for that name.
package enum GNUFunctions {
    /// Makes a spawned process close every descriptor from `first` on (glibc 2.34).
    package static func closeDescriptors(
        from first: Int32,
        in actions: UnsafeMutablePointer<posix_spawn_file_actions_t>
    ) {
        typealias Function =
            @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let function = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(function, to: Function.self)(actions, first)
    }

    /// Names the calling thread as `top -H` shows it, by 15 bytes at most.
    package static func nameThread(_ name: String) {
        typealias Function = @convention(c) (pthread_t, UnsafePointer<CChar>) -> Int32
        guard let function = dlsym(nil, "pthread_setname_np") else { return }
        _ = unsafeBitCast(function, to: Function.self)(pthread_self(), String(name.prefix(15)))
    }

    /// Sets a resource limit of another process, hard and soft (prlimit(2)).
    package static func limit(_ pid: pid_t, _ resource: Int32, to value: UInt) {
        typealias Function =
            @convention(c) (pid_t, Int32, UnsafePointer<rlimit>?, UnsafeMutablePointer<rlimit>?) -> Int32
        guard let function = dlsym(nil, "prlimit") else { return }
        var limit = rlimit(rlim_cur: value, rlim_max: value)
        _ = unsafeBitCast(function, to: Function.self)(pid, resource, &limit, nil)
    }
}
