/// Names a room server.
public struct NodeID: Identifier {
    /// What these names begin with.
    public static let prefix = "ND_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
