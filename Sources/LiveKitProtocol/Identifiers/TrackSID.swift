/// Names a published track.
public struct TrackSID: Identifier {
    /// What these names begin with.
    public static let prefix = "TR_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
