import MediaWire

/// What is known about one layer of a publication.
struct PublicationLayer: Sendable {
    var liveness: LayerLiveness
    var throttle: KeyFrameThrottle
    var source: SSRC?
    var extender = SequenceExtender()
    var overtaking = OvertakingPackets()
    var clock: SenderClock?

    init(liveness: LayerLiveness, throttle: KeyFrameThrottle) {
        self.liveness = liveness
        self.throttle = throttle
    }

    /// The unwrapped number of a packet.
    ///
    /// A new SSRC counts from its own start.
    mutating func extend(_ packet: RTPPacket) -> Int64 {
        if source != packet.ssrc {
            // A report may come before its stream's first packet.
            if source != nil { clock = nil }
            source = packet.ssrc
            extender = SequenceExtender()
            overtaking = OvertakingPackets()
        }
        return extender.extend(packet.sequenceNumber)
    }
}
