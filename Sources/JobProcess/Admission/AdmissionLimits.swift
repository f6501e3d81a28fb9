/// What a worker's jobs may use together.
package struct AdmissionLimits: Sendable, Hashable {
    /// The part of the cores that may be given away.
    package var maximumUtilization: Double
    /// Bytes all jobs together may use; 0 for no limit.
    package var maximumMemory: Int64
    /// Bytes a job is expected to need.
    package var memory: Int64
    /// How long a job stopped for want of cores may take to end.
    package var killGrace: Duration

    /// Limits by their parts.
    package init(maximumUtilization: Double, maximumMemory: Int64 = 0, memory: Int64 = 0, killGrace: Duration) {
        self.maximumUtilization = maximumUtilization
        self.maximumMemory = maximumMemory
        self.memory = memory
        self.killGrace = killGrace
    }
}
