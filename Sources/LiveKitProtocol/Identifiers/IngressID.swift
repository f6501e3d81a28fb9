/// Names an ingress.
public struct IngressID: Identifier {
    /// What these names begin with.
    public static let prefix = "IN_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
