import Media
import MediaWire

/// What stands in front of a sample's own bytes on the socket to a session's process: 35 bytes, numbers in big endian.
///
/// | bytes | what |
/// |---|---|
/// | 4 | length of what follows, the sample included |
/// | 1 | ``SessionMessage/Kind/sample`` |
/// | 1 | bit 0: pictures, not sound; bit 1: decoding can start here |
/// | 4 | ticks a second |
/// | 8, 8, 8 | presentation time, decoding time, duration |
struct SampleHeader {
    /// Without the length.
    static let size = 30

    private let kind: MediaKind
    private let packet: EncodedPacket

    init(_ kind: MediaKind, _ packet: EncodedPacket) {
        self.kind = kind
        self.packet = packet
    }

    /// Whether a sample is short enough to be sent.
    static func fits(_ packet: EncodedPacket) -> Bool {
        packet.data.count + size + 4 <= SessionMessage.maximumLength
    }

    func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size + 4)
        bytes.append(bigEndian: UInt32(Self.size + packet.data.count))
        bytes.append(SessionMessage.Kind.sample.rawValue)
        bytes.append((kind == .video ? 1 : 0) | (packet.isKeyFrame ? 2 : 0))
        bytes.append(bigEndian: UInt32(bitPattern: packet.timescale))
        for time in [packet.pts, packet.dts, packet.duration] { bytes.append(bigEndian: UInt64(bitPattern: time)) }
        return bytes
    }

    /// Reads a message with its kind in front; nil for one that is too short, or whose clock stands still.
    static func sample(of body: [UInt8]) -> (MediaKind, EncodedPacket)? {
        guard body.count >= size, body[1] < 4 else { return nil }
        let timescale = Int32(truncatingIfNeeded: number(body[2..<6]))
        guard timescale > 0 else { return nil }
        let packet = EncodedPacket(
            data: Array(body[size...]),
            pts: number(body[6..<14]),
            dts: number(body[14..<22]),
            duration: number(body[22..<30]),
            timescale: timescale,
            isKeyFrame: body[1] & 2 != 0
        )
        return (body[1] & 1 != 0 ? .video : .audio, packet)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}
