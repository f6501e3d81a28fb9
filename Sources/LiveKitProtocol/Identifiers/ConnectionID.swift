/// Names one signal connection.
public struct ConnectionID: Identifier {
    /// What these names begin with.
    public static let prefix = "CO_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
