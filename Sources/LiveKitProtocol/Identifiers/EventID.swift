/// Names a webhook event.
public struct EventID: Identifier {
    /// What these names begin with.
    public static let prefix = "EV_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
