internal import MediaWire

/// Gives packets the duration they lack: an Opus packet says it itself, any other lasts until the next one.
struct PacketDurations {
    private let codec: Codec?
    private var held: EncodedPacket?
    private var last: Int64 = 0

    init(codec: Codec?) {
        self.codec = codec
    }

    /// Takes the next packet of the stream and returns the one that is complete: this one, or the one before.
    ///
    /// A stream either knows all its durations or none; where that changes, the packet held back gets its own by this one
    /// and both would be due, so it is this one that is held then.
    mutating func complete(with packet: EncodedPacket) -> EncodedPacket? {
        var packet = packet
        if packet.duration <= 0, codec == .opus, let samples = OpusPacket.samples(packet.data) {
            packet.duration = Int64(samples) * Int64(packet.timescale) / Int64(OpusPacket.clockRate)
        }
        guard var before = held else {
            if packet.duration > 0 { return packet }
            held = packet
            return nil
        }
        if before.duration <= 0 { before.duration = packet.dts - before.dts }
        last = before.duration
        held = packet
        return before
    }

    /// The packet held back, lasting as long as the one before it.
    mutating func flush() -> EncodedPacket? {
        guard var packet = held else { return nil }
        held = nil
        if packet.duration <= 0 { packet.duration = last }
        return packet
    }
}
