import MediaWire

/// A run of packets of one source that is rewritten by the same amounts.
struct StreamSegment: Sendable {
    /// The stream the packets come from.
    var source: SSRC
    /// Extended sequence number of the run's first packet.
    var first: Int64
    /// Extended sequence number of its last packet; `Int64.max` while the run goes on.
    var last: Int64
    /// Added to sequence numbers.
    var sequenceOffset: Int64
    /// Added to timestamps, wrapping.
    var timestampOffset: UInt32
    /// Added to VP8 picture ids and the like.
    var vp8 = VP8Offsets()

    func contains(source: SSRC, sequence: Int64) -> Bool {
        self.source == source && first <= sequence && sequence <= last
    }
}
