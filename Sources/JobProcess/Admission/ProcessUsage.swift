/// What a process uses.
package struct ProcessUsage: Sendable, Hashable {
    /// Cores, averaged since the last measurement.
    package var cores: Double
    /// Resident bytes.
    package var memory: Int64

    /// A usage by its parts.
    package init(cores: Double, memory: Int64) {
        self.cores = cores
        self.memory = memory
    }
}
