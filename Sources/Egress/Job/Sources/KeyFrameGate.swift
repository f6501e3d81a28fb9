import RoomClient

/// Lets a stream through from a key frame on, and closes again when something is missing: a picture built upon a missing
/// one is worse than the last good one.
struct KeyFrameGate {
    private var isOpen = false

    /// Whether the sample can be decoded.
    mutating func admits(_ sample: EncodedSample) -> Bool {
        if sample.isKeyFrame {
            isOpen = true
        } else if !sample.isIntact {
            isOpen = false
        }
        return isOpen
    }

    /// The decoder failed, or samples were thrown away.
    mutating func close() {
        isOpen = false
    }
}
