internal import MediaWire

/// Why a tag of sound or pictures cannot be used.
enum FLVError: Error, Hashable, Sendable {
    /// It does not have the form it should; others may.
    case malformed(WireError)
    /// It is of a codec that cannot be taken, and so will all others be.
    case unsupported(codec: String)
}
