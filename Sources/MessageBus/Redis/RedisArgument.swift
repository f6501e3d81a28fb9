/// A word of a Redis command: any bytes.
public struct RedisArgument: Sendable, Hashable {
    /// The word.
    public var bytes: [UInt8]

    /// Bytes as they are.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    /// A text in UTF-8.
    public init(_ text: String) { bytes = Array(text.utf8) }
    /// A number in decimal.
    public init(_ number: some BinaryInteger) { bytes = Array(String(number).utf8) }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    /// A text in UTF-8.
    public init(stringLiteral value: String) { self.init(value) }
    /// A number in decimal.
    public init(integerLiteral value: Int) { self.init(value) }
}
