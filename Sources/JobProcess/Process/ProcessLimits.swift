package import Glibc

/// What the system holds a job's process to.
package enum ProcessLimits {
    /// Sets the limits of a process that has just been started and waits to be told what to do.
    package static func apply(_ limits: JobLimits, to pid: pid_t) {
        // A crash of a recording would write gigabytes of pictures, with what was said in the room.
        GNUFunctions.limit(pid, Int32(RLIMIT_CORE.rawValue), to: 0)
        if limits.memory > 0 { GNUFunctions.limit(pid, Int32(RLIMIT_DATA.rawValue), to: UInt(limits.memory)) }
        if limits.nice > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(pid), Int32(limits.nice)) }
    }
}
