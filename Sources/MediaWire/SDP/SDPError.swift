/// Why a text is not a session description, and on which line.
///
/// The line's contents are not in it: they may hold a peer's ICE password.
public struct SDPError: Error, Hashable, Sendable {
    /// The line, counted from 1; 0 when the text as a whole is at fault.
    public var line: Int
    /// What is wrong with it.
    public var reason: String

    /// A fault on a line.
    public init(line: Int, reason: String) {
        self.line = line
        self.reason = reason
    }
}

extension SDPError: CustomStringConvertible {
    /// The line and what is wrong with it.
    public var description: String {
        line == 0 ? "SDP: \(reason)" : "SDP line \(line): \(reason)"
    }
}
