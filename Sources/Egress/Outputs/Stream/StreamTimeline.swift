import Media
import MediaWire

/// The times of one connection: it begins near 0, whatever time it is in the recording.
struct StreamTimeline: Sendable {
    /// Where the connection begins, in nanoseconds of the recording.
    private var base: Int64?
    private var last: [MediaKind: Int64] = [:]

    /// The packet with its times on the connection; nil if it is before the beginning or does not follow.
    ///
    /// The first packet given is the beginning.
    mutating func place(_ item: StreamBacklog.Item) -> EncodedPacket? {
        let base = self.base ?? item.time
        self.base = base
        guard item.time >= base, item.time > last[item.kind] ?? .min else { return nil }
        last[item.kind] = item.time
        var packet = item.packet
        let shift = MediaTime(value: base, timescale: 1_000_000_000).rescaled(to: packet.timescale).value
        packet.dts = max(0, packet.dts - shift)
        packet.pts = max(packet.dts, packet.pts - shift)
        return packet
    }
}
