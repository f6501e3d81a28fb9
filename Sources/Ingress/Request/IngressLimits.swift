import LiveKitProtocol

/// Bounds of what a request may hold; LiveKit has some of them in its server's `limit`, the others are ours.
enum IngressLimits {
    /// The longest name of an ingress, a room, a participant or a track, in bytes (`limit.max_room_name_length` of LiveKit).
    static let maximumName = 256
    /// The longest metadata of a participant, in bytes (`limit.max_metadata_size` of LiveKit).
    static let maximumMetadata = 64_000
    /// The longest URL, in bytes: signed ones of object stores have about 2000.
    static let maximumURL = 8192
    /// The longest stream key or identifier anybody is asked by, in bytes.
    static let maximumKey = 256
    /// 8K in either orientation; beyond it no H.264 level has a name.
    static let maximumSide = 7680
    /// 8K.
    static let maximumPixels = 7680 * 4320
    /// Frames a second of any camera that publishes.
    static let maximumFrameRate = 120.0
    /// Bits a second of pictures: enough for 8K.
    static let videoBitrates = 10_000...100_000_000
    /// Bits a second of sound (RFC 6716, section 2.1.1).
    static let audioBitrates = 6_000...510_000

    /// Refuses a text that is too long.
    static func check(_ text: String, _ field: String, _ maximum: Int = maximumName) throws(TwirpError) {
        guard text.utf8.count <= maximum else {
            throw .invalid(field, "it has \(text.utf8.count) bytes, and \(maximum) is the most")
        }
    }
}
