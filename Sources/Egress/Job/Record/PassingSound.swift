import Media
import MediaWire
import RoomClient

/// Makes packets of Opus that is written as it comes: the same bytes, one packet behind the other without a seam.
///
/// A packet is put where the one before it ended as long as the session's clock wants it within half a packet of there. Where
/// sound is missing (lost, or muted) packets of a header alone stand in, which decoders conceal or play as silence (RFC 7845
/// §4.1): so the file is as long as what it records, in containers too that count samples and know no times.
struct PassingSound {
    private let origin: Instant
    /// Where the next packet begins, in samples at 48 kHz after the origin.
    private var position: Int64
    /// The header of a packet without sound, as the publisher's encoder would make it.
    private var header = defaultHeader

    init(origin: Instant) {
        self.origin = origin
        // So that what is heard first is heard at 0.
        position = -Int64(StreamParameters.opusPreSkip)
    }

    /// What the container is to know.
    static let parameters = StreamParameters.opus(channels: 2)

    /// The packet of a sample, behind what has to stand in for missing sound before it.
    mutating func packets(of item: AudioTrack.Item) -> [EncodedPacket] {
        let data = item.sample.data
        guard item.sample.codec == .opus, let first = data.first, let samples = OpusPacket.samples(data) else {
            return []
        }
        let wanted = samples48k(until: item.time) - Int64(StreamParameters.opusPreSkip)
        // Too late: its place has been given away. A little late is the session's clock moving.
        guard position - wanted <= Self.lateness, item.time >= origin else { return [] }
        var packets = fill(until: wanted - Int64(samples) / 2)
        header = first & 0xFC
        packets.append(packet(data, samples))
        return packets
    }

    /// What stands in for sound that does not come, up to `time`.
    mutating func silence(until time: Instant) -> [EncodedPacket] {
        fill(until: samples48k(until: time) - Int64(StreamParameters.opusPreSkip))
    }

    private mutating func fill(until end: Int64) -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        guard let samples = OpusPacket.samples([header]) else { return [] }
        while position + Int64(samples) <= end { packets.append(packet([header], samples)) }
        return packets
    }

    private mutating func packet(_ data: [UInt8], _ samples: Int) -> EncodedPacket {
        defer { position += Int64(samples) }
        return EncodedPacket(
            data: data,
            pts: position,
            dts: position,
            duration: Int64(samples),
            timescale: 48_000,
            isKeyFrame: true
        )
    }

    private func samples48k(until time: Instant) -> Int64 {
        let elapsed = (time - origin).nanoseconds
        return elapsed / 1_000_000_000 * 48_000 + elapsed % 1_000_000_000 * 48_000 / 1_000_000_000
    }

    /// 40 ms at 48 kHz, from where sound and picture are noticeably apart (EBU R 37).
    private static let lateness: Int64 = 1_920
    /// CELT, full band, 20 ms, mono, one frame (RFC 6716 §3.1).
    private static let defaultHeader: UInt8 = 0xF8
}
