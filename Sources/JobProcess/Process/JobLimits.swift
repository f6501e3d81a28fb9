/// What a job's process is allowed.
public struct JobLimits: Sendable, Hashable {
    /// How nice it is to the rest of the machine, 0 to 19 (`job_nice`).
    public var nice = 0
    /// Bytes of memory of its own it may have; 0 for any (`job_max_memory`, there in GB).
    public var memory: Int64 = 0
    /// The folder each job's log is kept in, `<job id>.log`; empty: jobs' lines go to the worker's log only (`job_logs`).
    public var logFolder = ""

    /// The defaults.
    public init() {}
}
