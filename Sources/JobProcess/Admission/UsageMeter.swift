package import MediaWire

/// Turns processor time into cores.
package struct UsageMeter {
    private var last: [String: (seconds: Double, at: Instant)] = [:]
    private var machine: (busy: Double, total: Double)?

    /// A meter that has seen nothing.
    package init() {}

    /// What a job has used since it was asked for last; nil the first time.
    package mutating func usage(of id: String, _ entry: ProcessTable.Entry, at now: Instant) -> ProcessUsage? {
        defer { last[id] = (entry.seconds, now) }
        guard let before = last[id], now > before.at else { return nil }
        let cores = (entry.seconds - before.seconds) / ((now - before.at) / .seconds(1))
        return ProcessUsage(cores: max(0, cores), memory: entry.memory)
    }

    /// The part of the machine's processor time that was used since it was asked for last; 0 the first time.
    package mutating func load(_ time: (busy: Double, total: Double)?) -> Double {
        defer { machine = time }
        guard let time, let machine, time.total > machine.total else { return 0 }
        return (time.busy - machine.busy) / (time.total - machine.total)
    }

    /// Forgets a job that has ended.
    package mutating func forget(_ id: String) {
        last[id] = nil
    }
}
