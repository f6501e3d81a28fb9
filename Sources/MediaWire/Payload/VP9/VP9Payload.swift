/// Writes the descriptors of plain VP9 streams: one spatial and one temporal layer, not flexible (RFC 9628 §4.2).
enum VP9Payload {
    /// A descriptor for part of one frame.
    static func descriptor(
        pictureID: UInt16,
        tl0PictureIndex: UInt8,
        isKeyFrame: Bool,
        starts: Bool,
        ends: Bool,
        size: VP9Descriptor.Size?
    ) -> [UInt8] {
        let hasStructure = isKeyFrame && starts
        var bytes: [UInt8] = []
        bytes.append(
            0xA0 | (isKeyFrame ? 0 : 0x40) | (starts ? 0x08 : 0) | (ends ? 0x04 : 0) | (hasStructure ? 0x02 : 0)
        )
        bytes.append(bigEndian: 0x8000 | pictureID)
        // Receivers in non-flexible mode want a base layer index, so layer 0 is named even though it is the only one.
        bytes.append(0)
        bytes.append(tl0PictureIndex)
        if hasStructure {
            bytes.append((size == nil ? 0 : 0x10) | 0x08)
            if let size {
                bytes.append(bigEndian: size.width)
                bytes.append(bigEndian: size.height)
            }
            // One picture in the group, which refers to the one before it.
            bytes.append(contentsOf: [1, 0x04, 1])
        }
        return bytes
    }

    /// The longest descriptor ``descriptor(pictureID:tl0PictureIndex:isKeyFrame:starts:ends:size:)`` makes.
    static let maximumDescriptorLength = 13

    /// The index behind the frames of one picture, by which decoders take them apart (VP9 specification, annex B).
    static func superframeIndex(sizes: [Int]) -> [UInt8] {
        precondition((1...8).contains(sizes.count), "a superframe has one to eight frames")
        // Four bytes for each size hold every frame that an assembler lets through.
        let marker = 0xC0 | 3 << 3 | UInt8(sizes.count - 1)
        var bytes = [marker]
        for size in sizes {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
        }
        bytes.append(marker)
        return bytes
    }
}
