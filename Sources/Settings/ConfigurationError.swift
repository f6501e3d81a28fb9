/// A configuration that cannot be used: where, and what would be right.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The place, such as `rtc.udp_port`; empty for the file as a whole.
    public var path: String
    /// What is wrong there.
    public var problem: String

    /// Makes an error.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    /// The place and what is wrong there.
    public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
}
