import MediaWire

/// Keeps the counters of VP8's payload descriptor continuous over layer switches (RFC 7741 §4.2).
///
/// Decoders use picture ids to notice missing frames and TL0PICIDX and KEYIDX to know which frames depend on which, so a jump
/// looks like loss. Within one layer the sender's counters are kept and only shifted.
struct VP8Munger: Sendable {
    private var pictureID: UInt16 = 0
    private var tl0PictureIndex: UInt8 = 0
    private var keyIndex: UInt8 = 0
    private var hasStarted = false

    /// The shifts with which a segment starting with this descriptor continues what was sent.
    ///
    /// The first starts unshifted.
    func offsets(startingAt descriptor: VP8Descriptor) -> VP8Offsets {
        guard hasStarted else { return VP8Offsets() }
        return VP8Offsets(
            pictureID: pictureID &+ 1 &- (descriptor.pictureID ?? 0),
            tl0PictureIndex: tl0PictureIndex &+ 1 &- (descriptor.tl0PictureIndex ?? 0),
            keyIndex: keyIndex &+ 1 &- (descriptor.keyIndex ?? 0)
        )
    }

    /// The payload with its counters shifted; unchanged when it has none or cannot be parsed.
    ///
    /// - Parameter isNewest: whether no later packet was sent, so that the next segment continues from this one.
    mutating func rewrite(_ payload: [UInt8], by offsets: VP8Offsets, isNewest: Bool) -> [UInt8] {
        guard let descriptor = try? VP8Descriptor.parse(payload).descriptor else { return payload }
        let picture = ((descriptor.pictureID ?? 0) &+ offsets.pictureID) & (descriptor.hasWidePictureID ? 0x7FFF : 0x7F)
        let tl0 = (descriptor.tl0PictureIndex ?? 0) &+ offsets.tl0PictureIndex
        let key = ((descriptor.keyIndex ?? 0) &+ offsets.keyIndex) & 0x1F
        if isNewest {
            hasStarted = true
            if descriptor.pictureID != nil { pictureID = picture }
            if descriptor.tl0PictureIndex != nil { tl0PictureIndex = tl0 }
            if descriptor.keyIndex != nil { keyIndex = key }
        }
        guard offsets != VP8Offsets() else { return payload }
        var payload = payload
        descriptor.rewrite(&payload, pictureID: picture, tl0PictureIndex: tl0, keyIndex: key)
        return payload
    }
}
