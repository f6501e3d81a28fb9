/// Names one stay of a participant in a room.
public struct ParticipantSID: Identifier {
    /// What these names begin with.
    public static let prefix = "PA_"

    /// The name.
    public let rawValue: String

    /// Takes a name as it is.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}
