/// An `a=` line that has no field of its own: `a=name` or `a=name:value`.
public struct SDPAttribute: Sendable, Hashable {
    /// What stands before the first colon.
    public var name: String
    /// What stands after it, `nil` without a colon.
    public var value: String?

    /// The attribute `name`, with or without a value.
    public init(name: String, value: String? = nil) {
        self.name = name
        self.value = value
    }

    /// The attribute without `a=`.
    public var text: String {
        value.map { "\(name):\($0)" } ?? name
    }
}
