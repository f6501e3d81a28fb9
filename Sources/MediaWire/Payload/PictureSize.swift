/// Bounds for the size of a picture that a stream claims.
enum PictureSize {
    /// Beyond 16384 pixels no codec here has a level.
    static let maximum = 16_384

    static func checked(width: Int, height: Int) throws(WireError) -> (width: Int, height: Int) {
        guard (1...maximum).contains(width), (1...maximum).contains(height) else {
            throw .malformed(structure: "picture size", reason: "\(width)×\(height)")
        }
        return (width, height)
    }
}
