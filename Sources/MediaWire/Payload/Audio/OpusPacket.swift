/// What the first bytes of an Opus packet say of it (RFC 6716 §3).
public enum OpusPacket {
    /// Samples a second of the RTP clock, whatever the audio's bandwidth (RFC 7587 §4.1).
    public static let clockRate = 48_000
    /// A packet holds at most 120 ms (RFC 6716 §3.2.5).
    public static let maximumSamples = 5_760

    /// The samples at 48 kHz a packet decodes to; `nil` when it is not a valid packet.
    public static func samples(_ packet: some Collection<UInt8>) -> Int? {
        var iterator = packet.makeIterator()
        guard let header = iterator.next() else { return nil }
        let count: Int
        switch header & 0x03 {
        case 0: count = 1
        case 1, 2: count = 2
        default:
            guard let byte = iterator.next(), byte & 0x3F > 0 else { return nil }
            count = Int(byte & 0x3F)
        }
        let samples = count * frameSamples(configuration: header >> 3)
        return samples <= maximumSamples ? samples : nil
    }

    /// The duration of a packet; `nil` when it is not a valid packet.
    public static func duration(_ packet: some Collection<UInt8>) -> Duration? {
        samples(packet).map { .nanoseconds(Int64($0) * 1_000_000_000 / Int64(clockRate)) }
    }

    /// Whether the packet is of two channels.
    public static func isStereo(_ packet: some Collection<UInt8>) -> Bool {
        packet.first.map { $0 & 0x04 != 0 } ?? false
    }

    /// Samples in one frame of each configuration (RFC 6716 table 2).
    private static func frameSamples(configuration: UInt8) -> Int {
        switch configuration {
        case 0..<12: [480, 960, 1_920, 2_880][Int(configuration & 3)]
        case 12..<16: [480, 960][Int(configuration & 1)]
        default: [120, 240, 480, 960][Int(configuration & 3)]
        }
    }
}
