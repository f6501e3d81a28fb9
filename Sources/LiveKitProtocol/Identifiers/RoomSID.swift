/// Names a room, from its creation to its end.
public struct RoomSID: Identifier {
    /// What these names begin with.
    public static let prefix = "RM_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
