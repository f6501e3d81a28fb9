/// The descriptor before each VP8 payload (RFC 7741 §4.2).
public struct VP8Descriptor: Sendable, Hashable {
    /// Whether the frame may be dropped without harm to others (N).
    public var isNonReference = false
    /// Whether a partition begins here (S).
    public var startsPartition = false
    /// The partition, 0 through 7 (PID).
    public var partition: UInt8 = 0
    /// The frame's number, 7 or 15 bits.
    public var pictureID: UInt16?
    /// Whether the number has 15 bits.
    public var hasWidePictureID = false
    /// The number of the newest frame of temporal layer 0 (TL0PICIDX).
    public var tl0PictureIndex: UInt8?
    /// The temporal layer, 0 through 3 (TID).
    public var temporalLayer: UInt8?
    /// Whether the frame depends on temporal layer 0 alone (Y).
    public var isLayerSync = false
    /// The number of the newest key frame, 5 bits (KEYIDX).
    public var keyIndex: UInt8?

    /// A descriptor with no optional field.
    public init() {}

    /// Whether a frame begins here.
    public var startsFrame: Bool { startsPartition && partition == 0 }

    /// The bytes this descriptor takes.
    public var length: Int {
        guard hasExtension else { return 1 }
        return 2 + pictureIDLength + (tl0PictureIndex == nil ? 0 : 1) + (hasLayerByte ? 1 : 0)
    }

    private var hasExtension: Bool { pictureID != nil || tl0PictureIndex != nil || hasLayerByte }
    private var hasLayerByte: Bool { temporalLayer != nil || keyIndex != nil }
    private var pictureIDLength: Int { pictureID == nil ? 0 : hasWidePictureID ? 2 : 1 }

    /// Reads the descriptor at the front of a payload; ``length`` says where the frame's data begins.
    ///
    /// The extension byte of a descriptor that sets no bit of it is not kept, so the length is returned beside it.
    public static func parse(_ payload: [UInt8]) throws(WireError) -> (descriptor: VP8Descriptor, length: Int) {
        var reader = ByteReader(payload, structure: "VP8 payload descriptor")
        var descriptor = VP8Descriptor()
        let first = try reader.readUInt8()
        descriptor.isNonReference = first & 0x20 != 0
        descriptor.startsPartition = first & 0x10 != 0
        descriptor.partition = first & 0x07
        if first & 0x80 != 0 {
            let present = try reader.readUInt8()
            if present & 0x80 != 0 { try descriptor.readPictureID(&reader) }
            if present & 0x40 != 0 { descriptor.tl0PictureIndex = try reader.readUInt8() }
            if present & 0x30 != 0 {
                let layers = try reader.readUInt8()
                if present & 0x20 != 0 { descriptor.temporalLayer = layers >> 6 }
                descriptor.isLayerSync = layers & 0x20 != 0
                if present & 0x10 != 0 { descriptor.keyIndex = layers & 0x1F }
            }
        }
        return (descriptor, reader.position)
    }

    private mutating func readPictureID(_ reader: inout ByteReader) throws(WireError) {
        let byte = try reader.readUInt8()
        hasWidePictureID = byte & 0x80 != 0
        pictureID = UInt16(byte & 0x7F)
        if hasWidePictureID { pictureID = UInt16(byte & 0x7F) << 8 | UInt16(try reader.readUInt8()) }
    }

    /// The descriptor's bytes.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(
            (hasExtension ? 0x80 : 0) | (isNonReference ? 0x20 : 0) | (startsPartition ? 0x10 : 0) | partition & 0x07
        )
        guard hasExtension else { return bytes }
        bytes.append(
            (pictureID == nil ? 0 : 0x80) | (tl0PictureIndex == nil ? 0 : 0x40) | (temporalLayer == nil ? 0 : 0x20)
                | (keyIndex == nil ? 0 : 0x10)
        )
        if let pictureID {
            if hasWidePictureID {
                bytes.append(bigEndian: 0x8000 | pictureID)
            } else {
                bytes.append(UInt8(pictureID & 0x7F))
            }
        }
        if let tl0PictureIndex { bytes.append(tl0PictureIndex) }
        if hasLayerByte {
            bytes.append((temporalLayer ?? 0) << 6 | (isLayerSync ? 0x20 : 0) | (keyIndex ?? 0) & 0x1F)
        }
        return bytes
    }

    /// Writes other numbers into `payload`, whose descriptor this is, in their places and widths.
    ///
    /// Fields the descriptor does not have are not added. A forwarder does this when it joins layers into one stream.
    public func rewrite(
        _ payload: inout [UInt8],
        pictureID newPictureID: UInt16,
        tl0PictureIndex newIndex: UInt8,
        keyIndex newKeyIndex: UInt8
    ) {
        precondition(payload.count >= length, "the payload is not the one this descriptor was read from")
        var index = 2
        if pictureID != nil {
            if hasWidePictureID {
                payload[index] = 0x80 | UInt8(newPictureID >> 8 & 0x7F)
                payload[index + 1] = UInt8(newPictureID & 0xFF)
            } else {
                payload[index] = UInt8(newPictureID & 0x7F)
            }
            index += pictureIDLength
        }
        if tl0PictureIndex != nil {
            payload[index] = newIndex
            index += 1
        }
        if keyIndex != nil { payload[index] = payload[index] & 0xE0 | newKeyIndex & 0x1F }
    }
}
