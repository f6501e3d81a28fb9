/// Names one outgoing track of a peer connection, from `addSender` on; never reused within the connection.
public struct SenderID: RawRepresentable, Hashable, Sendable {
    /// Counts up from zero.
    public let rawValue: Int

    /// Wraps a number that `addSender` gave.
    public init(rawValue: Int) { self.rawValue = rawValue }
}
