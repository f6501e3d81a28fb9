/// Names a published data track.
public struct DataTrackSID: Identifier {
    /// What these names begin with.
    public static let prefix = "DTR_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
