/// What a track carries.
public enum MediaKind: String, Sendable, Hashable, CaseIterable {
    /// Sound.
    case audio
    /// Moving pictures.
    case video
}
