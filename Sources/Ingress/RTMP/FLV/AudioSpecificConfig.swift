internal import MediaWire

/// What AAC's header says of the sound (ISO/IEC 14496-3 §1.6.2.1).
struct AudioSpecificConfig: Hashable, Sendable {
    /// Samples a second as they come out of a decoder.
    var sampleRate: Int
    /// 0 where the channels are described by a program config element.
    var channels: Int

    /// Audio object types that say of another one how it is extended.
    private enum ObjectType {
        static let spectralBandReplication: UInt32 = 5
        static let parametricStereo: UInt32 = 29
        static let escape: UInt32 = 31
    }

    private static let rates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]
    /// Channels by channel configuration (ISO/IEC 14496-3 table 1.19).
    private static let channelCounts = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0]

    /// Reads a header.
    init(_ bytes: [UInt8]) throws(WireError) {
        var reader = BitReader(bytes)
        let type = try Self.readObjectType(&reader)
        sampleRate = try Self.readRate(&reader)
        channels = Self.channelCounts[Int(try reader.readBits(4))]
        if type == ObjectType.spectralBandReplication || type == ObjectType.parametricStereo {
            sampleRate = try Self.readRate(&reader)
        }
        if type == ObjectType.parametricStereo { channels = 2 }
    }

    private static func readObjectType(_ reader: inout BitReader) throws(WireError) -> UInt32 {
        let type = try reader.readBits(5)
        return type == ObjectType.escape ? 32 + (try reader.readBits(6)) : type
    }

    private static func readRate(_ reader: inout BitReader) throws(WireError) -> Int {
        let index = Int(try reader.readBits(4))
        if index == 15 { return Int(try reader.readBits(24)) }
        guard index < rates.count else {
            throw .malformed(structure: "AudioSpecificConfig", reason: "sampling frequency index \(index)")
        }
        return rates[index]
    }
}
