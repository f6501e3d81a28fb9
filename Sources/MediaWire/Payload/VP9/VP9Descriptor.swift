/// The descriptor before each VP9 payload (RFC 9628 §4.2).
public struct VP9Descriptor: Sendable, Hashable {
    /// The layers a stream has (the scalability structure, RFC 9628 §4.2.1).
    public struct ScalabilityStructure: Sendable, Hashable {
        /// The size of each spatial layer's pictures, where given.
        public var sizes: [Size] = []
        /// The number of spatial layers, 1 through 8.
        public var spatialLayers: Int = 1
    }

    /// The size of a picture.
    public struct Size: Sendable, Hashable {
        /// Pixels across.
        public var width: UInt16
        /// Pixels down.
        public var height: UInt16

        /// A size in pixels.
        public init(width: UInt16, height: UInt16) {
            self.width = width
            self.height = height
        }
    }

    /// The picture's number, 7 or 15 bits.
    public var pictureID: UInt16?
    /// Whether the number has 15 bits.
    public var hasWidePictureID = false
    /// Whether the frame refers to earlier pictures (P).
    public var isInterPredicted = false
    /// Whether references are listed in each packet (F).
    public var isFlexible = false
    /// Whether a frame of one spatial layer begins here (B).
    public var startsFrame = false
    /// Whether a frame of one spatial layer ends here (E).
    public var endsFrame = false
    /// Whether no higher spatial layer refers to this frame (Z).
    public var isNotReferenceForUpperLayers = false
    /// The temporal layer, 0 through 7.
    public var temporalLayer: UInt8?
    /// Whether higher temporal layers may be begun here (U).
    public var isSwitchingPoint = false
    /// The spatial layer, 0 through 7.
    public var spatialLayer: UInt8?
    /// Whether the frame refers to the spatial layer below (D).
    public var dependsOnLowerLayer = false
    /// The number of the newest picture of temporal layer 0.
    public var tl0PictureIndex: UInt8?
    /// In flexible mode, how far back the referred pictures are; at most three.
    public var referenceDifferences: [UInt8] = []
    /// The layers of the stream, where the packet says.
    public var structure: ScalabilityStructure?
    /// The bytes the descriptor takes.
    public private(set) var length = 0

    /// Whether a picture without references begins here: one that a decoder can begin with.
    public var startsKeyPicture: Bool {
        startsFrame && !isInterPredicted && (spatialLayer ?? 0) == 0
    }

    /// Whether the first frame of a picture begins here, as far as one packet tells.
    public var startsPicture: Bool {
        startsFrame && ((spatialLayer ?? 0) == 0 || !dependsOnLowerLayer)
    }

    /// Reads the descriptor at the front of a payload.
    public init(parsing payload: [UInt8]) throws(WireError) {
        var reader = ByteReader(payload, structure: "VP9 payload descriptor")
        let first = try reader.readUInt8()
        isInterPredicted = first & 0x40 != 0
        isFlexible = first & 0x10 != 0
        startsFrame = first & 0x08 != 0
        endsFrame = first & 0x04 != 0
        isNotReferenceForUpperLayers = first & 0x01 != 0
        if first & 0x80 != 0 {
            let byte = try reader.readUInt8()
            hasWidePictureID = byte & 0x80 != 0
            pictureID = UInt16(byte & 0x7F)
            if hasWidePictureID { pictureID = UInt16(byte & 0x7F) << 8 | UInt16(try reader.readUInt8()) }
        }
        if first & 0x20 != 0 { try readLayers(&reader) }
        if isFlexible, isInterPredicted { try readReferences(&reader) }
        if first & 0x02 != 0 { structure = try Self.readStructure(&reader) }
        length = reader.position
    }

    private mutating func readLayers(_ reader: inout ByteReader) throws(WireError) {
        let byte = try reader.readUInt8()
        temporalLayer = byte >> 5
        isSwitchingPoint = byte & 0x10 != 0
        spatialLayer = byte >> 1 & 0x07
        dependsOnLowerLayer = byte & 0x01 != 0
        if !isFlexible { tl0PictureIndex = try reader.readUInt8() }
    }

    private mutating func readReferences(_ reader: inout ByteReader) throws(WireError) {
        while true {
            let byte = try reader.readUInt8()
            referenceDifferences.append(byte >> 1)
            if byte & 1 == 0 { return }
            guard referenceDifferences.count < 3 else { throw reader.malformed("more than three references") }
        }
    }

    private static func readStructure(_ reader: inout ByteReader) throws(WireError) -> ScalabilityStructure {
        var structure = ScalabilityStructure()
        let byte = try reader.readUInt8()
        structure.spatialLayers = Int(byte >> 5) + 1
        if byte & 0x10 != 0 {
            for _ in 0..<structure.spatialLayers {
                structure.sizes.append(Size(width: try reader.readUInt16(), height: try reader.readUInt16()))
            }
        }
        if byte & 0x08 != 0 {
            let pictures = try reader.readUInt8()
            for _ in 0..<pictures {
                let references = try reader.readUInt8() >> 2 & 0x03
                try reader.skip(Int(references))
            }
        }
        return structure
    }
}
