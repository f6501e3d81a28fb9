/// Why the bus could not do something.
public struct BusError: Error, Sendable, Hashable {
    /// What was wrong, without secrets.
    public var message: String

    /// An error.
    public init(_ message: String) { self.message = message }
}
