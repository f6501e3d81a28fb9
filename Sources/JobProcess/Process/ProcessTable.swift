import FoundationEssentials
package import Glibc

/// What the system tells of processes and of itself (proc(5)).
package enum ProcessTable {
    /// How a process stands.
    package struct Entry: Sendable, Hashable {
        /// Seconds of processor time it has used.
        package var seconds: Double
        /// Resident bytes.
        package var memory: Int64
        /// When it began, in clock ticks since the machine did.
        package var start: UInt64

        /// A process by its parts.
        package init(seconds: Double, memory: Int64, start: UInt64) {
            self.seconds = seconds
            self.memory = memory
            self.start = start
        }
    }

    /// A running process; nil if there is none of that number.
    package static func entry(of pid: pid_t) -> Entry? {
        text("/proc/\(pid)/stat").flatMap { entry(stat: $0) }
    }

    /// Reads `/proc/<pid>/stat`: the second field, in brackets, may hold anything.
    package static func entry(stat: String) -> Entry? {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // The first of these is the third field of the manual page, the state.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, fields[0] != "Z", let user = Double(fields[11]), let system = Double(fields[12]),
            let start = UInt64(fields[19]), let pages = Int64(fields[21])
        else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return Entry(
            seconds: (user + system) / ticks,
            memory: pages * Int64(sysconf(Int32(_SC_PAGESIZE))),
            start: start
        )
    }

    /// Processor time of the whole machine: busy and in all, in clock ticks.
    package static func machineTime() -> (busy: Double, total: Double)? {
        text("/proc/stat").flatMap { machineTime(stat: $0) }
    }

    /// Reads the first line of `/proc/stat`.
    package static func machineTime(stat: String) -> (busy: Double, total: Double)? {
        guard let line = stat.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
        // user nice system idle iowait irq softirq steal; what guests use is in user already.
        let times = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
        guard times.count >= 5 else { return nil }
        let total = times.reduce(0, +)
        return (total - times[3] - times[4], total)
    }

    /// The cores this process may use: those of the machine, or what its control group is given of them.
    package static func cores() -> Double {
        let online = Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        guard let quota = text("/sys/fs/cgroup/cpu.max").flatMap(coreQuota) else { return online }
        return min(online, quota)
    }

    /// Reads `cpu.max` of a control group: `<microseconds> <of so many>`, or `max`; nil for no quota.
    package static func coreQuota(_ text: String) -> Double? {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 2, let quota = Double(fields[0]), let period = Double(fields[1]), period > 0 else {
            return nil
        }
        return quota / period
    }

    /// Bytes of memory that the control group uses; nil without one.
    package static func groupMemory() -> Int64? {
        text("/sys/fs/cgroup/memory.current").flatMap { Int64($0.filter(\.isNumber)) }
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
