/// Names an egress.
public struct EgressID: Identifier {
    /// What these names begin with.
    public static let prefix = "EG_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
