/// The stream key a publisher shows: the one secret of an ingress.
///
/// It prints as a word, also in dumps and inside of other values, so that it cannot reach a log by accident.
package struct WHIPStreamKey: Sendable, Hashable {
    /// Characters of the longest key that is looked up; LiveKit's have 12.
    package static let maximumLength = 256

    /// The key itself, for looking it up.
    package let rawValue: String

    /// Takes a key that a publisher has sent; nil for one that cannot be: empty, too long, or not printable ASCII.
    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...Self.maximumLength).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        rawValue = String(text)
    }

    /// Whether both are the same, in a time that does not tell how much of them is.
    package func matches(_ other: String) -> Bool { Self.isSame(rawValue, other) }

    static func isSame(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension WHIPStreamKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A word in place of the key.
    package var description: String { "a stream key" }
    /// A word in place of the key.
    package var debugDescription: String { description }
    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
