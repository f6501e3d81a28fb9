internal import MediaWire

/// The header of an MP3 frame (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC 13818-3 §2.4.1.3).
///
/// FLV has a rate too, but none of 48 kHz.
struct MP3Header: Hashable, Sendable {
    /// Samples a second.
    var sampleRate: Int
    /// 1 or 2.
    var channels: Int

    /// Reads the header in front of a frame.
    init(_ bytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = BitReader(Array(bytes.prefix(4)))
        guard try reader.readBits(11) == 0x7FF else {
            throw .malformed(structure: "MP3 frame", reason: "no sync word in front")
        }
        let version = try reader.readBits(2)
        try reader.skip(7)
        let rate = Int(try reader.readBits(2))
        guard version != 1, rate < 3 else {
            throw .malformed(structure: "MP3 frame", reason: "version \(version), sampling frequency \(rate)")
        }
        let full = [44_100, 48_000, 32_000][rate]
        // 3 is MPEG-1, 2 is MPEG-2 at half the rates, 0 is MPEG-2.5 at a quarter.
        sampleRate = version == 3 ? full : version == 2 ? full / 2 : full / 4
        try reader.skip(2)
        channels = try reader.readBits(2) == 3 ? 1 : 2
    }
}
