/// The identification of a media section within a description (RFC 5888), such as `0`.
public struct Mid: RawRepresentable, Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The text after `a=mid:`.
    public let rawValue: String

    /// Wraps the text after `a=mid:`.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Wraps the text after `a=mid:`.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// Wraps a literal.
    public init(stringLiteral value: String) { rawValue = value }

    /// The text itself.
    public var description: String { rawValue }
}
