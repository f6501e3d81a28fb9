import MediaWire

/// Writes one RTP packet into a buffer allocated once, extension by extension.
///
/// `RTPPacket` would hold payload and extensions in arrays of their own first; a forwarder writes each packet once for
/// every subscriber.
struct PacketWriter {
    /// The packet so far; whole after `finish`.
    private(set) var bytes: [UInt8]
    private let usesTwoByteForm: Bool

    /// Header of 12 bytes, extension header of 4, and up to this much of extensions without growing the buffer.
    private static let extensionAllowance = 64

    /// Begins a packet.
    ///
    /// The two-byte form of extensions is for numbers above 14 and values above 16 bytes.
    init(
        _ media: OutgoingMedia,
        payloadType: UInt8,
        sequenceNumber: SequenceNumber,
        ssrc: SSRC,
        usesTwoByteForm: Bool
    ) {
        self.usesTwoByteForm = usesTwoByteForm
        bytes = []
        bytes.reserveCapacity(
            16 + Self.extensionAllowance + (media.dependencyDescriptor?.count ?? 0) + media.payload.count
        )
        bytes.append(0x90)
        bytes.append((media.marker ? 0x80 : 0) | payloadType)
        bytes.append(bigEndian: sequenceNumber.rawValue)
        bytes.append(bigEndian: media.timestamp)
        bytes.append(bigEndian: ssrc.rawValue)
        bytes.append(bigEndian: usesTwoByteForm ? UInt16(0x1000) : 0xBEDE)
        bytes.append(bigEndian: UInt16(0))
    }

    /// Adds an extension of a few bytes at most.
    mutating func add(_ number: UInt8?, _ value: [UInt8]) {
        guard let number, !value.isEmpty, value.count <= 255 else { return }
        begin(number, count: value.count)
        bytes.append(contentsOf: value)
    }

    /// Adds an extension of one byte.
    mutating func add(_ number: UInt8?, byte: UInt8) {
        guard let number else { return }
        begin(number, count: 1)
        bytes.append(byte)
    }

    /// Adds an extension of two bytes.
    mutating func add(_ number: UInt8?, word: UInt16) {
        guard let number else { return }
        begin(number, count: 2)
        bytes.append(bigEndian: word)
    }

    /// Adds an extension of three bytes.
    mutating func add(_ number: UInt8?, triple: UInt32) {
        guard let number else { return }
        begin(number, count: 3)
        bytes.append(bigEndian24: triple)
    }

    /// Closes the extensions and adds the payload, behind the original number for a retransmission (RFC 4588 §4).
    consuming func finish(payload: [UInt8], originalNumber: SequenceNumber? = nil) -> [UInt8] {
        if bytes.count == 16 {
            bytes.removeLast(4)
            bytes[0] = 0x80
        } else {
            while bytes.count % 4 != 0 { bytes.append(0) }
            let words = UInt16(truncatingIfNeeded: (bytes.count - 16) / 4)
            bytes[14] = UInt8(words >> 8)
            bytes[15] = UInt8(truncatingIfNeeded: words)
        }
        if let originalNumber { bytes.append(bigEndian: originalNumber.rawValue) }
        bytes.append(contentsOf: payload)
        return bytes
    }

    private mutating func begin(_ number: UInt8, count: Int) {
        if usesTwoByteForm {
            bytes.append(number)
            bytes.append(UInt8(truncatingIfNeeded: count))
        } else {
            bytes.append(number << 4 | UInt8(truncatingIfNeeded: count - 1))
        }
    }
}
