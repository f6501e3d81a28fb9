/// One voice in a mix; the caller chooses the name.
public struct AudioSourceID: RawRepresentable, Hashable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The caller's name for it.
    public let rawValue: String

    /// A voice by its name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A voice by its name.
    public init(_ rawValue: String) {
        self.init(rawValue: rawValue)
    }

    /// A voice by its name.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }

    /// The name.
    public var description: String { rawValue }
}
