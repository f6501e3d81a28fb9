/// A receiver's estimate of the bandwidth towards it (draft-alvestrand-rmcat-remb-03 §2.2).
public struct REMB: Sendable, Hashable {
    /// Who estimates.
    public var senderSSRC: SSRC
    /// The estimate in bits a second; written with 18 significant bits, rounded down.
    public var bitsPerSecond: UInt64
    /// The streams that share this bandwidth, at most 255.
    public var sources: [SSRC]

    /// "REMB" in ASCII.
    static let identifier: UInt32 = 0x5245_4D42

    /// An estimate for these streams.
    public init(senderSSRC: SSRC, bitsPerSecond: UInt64, sources: [SSRC]) {
        self.senderSSRC = senderSSRC
        self.bitsPerSecond = bitsPerSecond
        self.sources = sources
    }

    /// Reads a message whose identifier was checked.
    init(parsing reader: inout ByteReader) throws(WireError) {
        senderSSRC = SSRC(rawValue: try reader.readUInt32())
        try reader.skip(8)
        let count = Int(try reader.readUInt8())
        let estimate = try reader.readUInt24()
        let (exponent, mantissa) = (estimate >> 18, UInt64(estimate & 0x3FFFF))
        // 6 bits of exponent reach beyond 64 bits; what does not fit is "no limit" anyway.
        bitsPerSecond = mantissa.leadingZeroBitCount >= Int(exponent) ? mantissa << UInt64(exponent) : .max
        sources = []
        for _ in 0..<count { sources.append(SSRC(rawValue: try reader.readUInt32())) }
    }

    func serialize(into bytes: inout [UInt8]) {
        precondition(sources.count <= 255, "a REMB message names at most 255 streams")
        bytes.append(bigEndian: senderSSRC.rawValue)
        bytes.append(bigEndian: 0 as UInt32)
        bytes.append(bigEndian: Self.identifier)
        let exponent = max(0, UInt64.bitWidth - bitsPerSecond.leadingZeroBitCount - 18)
        bytes.append(UInt8(sources.count))
        bytes.append(bigEndian24: UInt32(exponent) << 18 | UInt32(bitsPerSecond >> UInt64(exponent)))
        for source in sources { bytes.append(bigEndian: source.rawValue) }
    }
}
