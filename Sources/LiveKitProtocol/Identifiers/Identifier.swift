/// A name the server gives to a thing: a prefix that says what it is and twelve random characters.
///
/// The alphabet leaves out the characters people mistake for one another, as LiveKit's does.
public protocol Identifier: RawRepresentable<String>, Sendable, Hashable, Codable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// What identifiers of this kind begin with, such as `PA_`.
    static var prefix: String { get }

    /// Takes a name as it is: a peer's names are compared, not judged.
    init(rawValue: String)
}

extension Identifier {
    /// A new identifier.
    public static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// A new identifier from a generator of one's own.
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        let letters = (0..<identifierLength).map { _ in
            identifierAlphabet[Int.random(in: identifierAlphabet.indices, using: &generator)]
        }
        return Self(rawValue: prefix + String(decoding: letters, as: UTF8.self))
    }

    /// Whether the name begins as identifiers of this kind do.
    public var hasPrefix: Bool { rawValue.hasPrefix(Self.prefix) }

    /// The name itself.
    public var description: String { rawValue }

    /// Takes a name as it is.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }
}

/// How many random characters follow the prefix: 69 bits.
private let identifierLength = 12

private let identifierAlphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
