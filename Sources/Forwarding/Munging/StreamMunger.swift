package import MediaWire

/// Rewrites the packets of changing sources into one continuous stream.
///
/// A subscriber sees one SSRC whose sequence numbers run on and whose timestamps advance steadily, whatever
/// layers it is made of. Numbers of packets lost on the way from the publisher stay unused, so that the subscriber asks for
/// them and gets them when they arrive late. Numbers of packets left out on purpose are closed up.
///
/// The stream is a list of segments, each a run of packets rewritten by the same amounts; the last one is
/// open. A late packet is rewritten by the segment it belongs to, even after a layer switch.
package struct StreamMunger: Sendable {
    /// Segments remembered.
    ///
    /// A late packet is at most a retransmission delay old, in which few switches or gaps fit.
    private static let maximumSegments = 32

    /// Where a packet goes in the outgoing stream.
    package struct Placement: Sendable, Hashable {
        /// The outgoing sequence number.
        package var sequenceNumber: SequenceNumber
        /// The outgoing timestamp.
        package var timestamp: UInt32
    }

    private var segments: [StreamSegment] = []
    private var highestSource: Int64 = 0
    private var highestSequence: Int64
    private var highestTimestamp: UInt32
    private var lastAdvance: Instant?

    /// A stream whose first packet will have the sequence number and timestamp given: random ones, RFC 3550 §5.1.
    package init(firstSequence: UInt16, firstTimestamp: UInt32) {
        highestSequence = Int64(firstSequence) - 1
        highestTimestamp = firstTimestamp
    }

    /// The source being forwarded.
    package var source: SSRC? { segments.last?.source }

    /// What is added to the current source's timestamps.
    package var timestampOffset: UInt32 { segments.last?.timestampOffset ?? 0 }

    /// Whether the present source was begun with this packet.
    func began(source: SSRC, sequence: Int64) -> Bool {
        segments.last.map { $0.source == source && $0.first == sequence } ?? false
    }

    /// Ends the present source: only packets up to the newest one placed still belong to it.
    mutating func close() {
        if !segments.isEmpty {
            segments[segments.count - 1].last = min(segments[segments.count - 1].last, highestSource)
        }
    }

    /// Continues the stream with another source, from the packet with this sequence number and timestamp on.
    ///
    /// - Parameter aligned: the packet's timestamp in the outgoing stream's timeline when sender reports tell it;
    ///   without one, and when it is implausible, the time that has passed is used.
    mutating func begin(
        source: SSRC,
        sequence: Int64,
        timestamp: UInt32,
        aligned: UInt32?,
        clockRate: Int,
        at now: Instant,
        vp8: VP8Offsets
    ) {
        let next = nextTimestamp(aligned: aligned, clockRate: clockRate, at: now)
        close()
        append(
            StreamSegment(
                source: source,
                first: sequence,
                last: .max,
                sequenceOffset: highestSequence + 1 - sequence,
                timestampOffset: next &- timestamp,
                vp8: vp8
            )
        )
        highestSource = sequence - 1
    }

    /// Places a packet; nil when it belongs to nothing that was forwarded.
    mutating func place(
        source: SSRC,
        sequence: Int64,
        timestamp: UInt32,
        at now: Instant
    ) -> (placement: Placement, segment: StreamSegment, isNewest: Bool)? {
        guard let segment = segments.last(where: { $0.contains(source: source, sequence: sequence) }) else {
            return nil
        }
        let outSequence = sequence + segment.sequenceOffset
        let outTimestamp = timestamp &+ segment.timestampOffset
        let isNewest = segment.last == .max && sequence > highestSource
        if isNewest {
            highestSource = sequence
            highestSequence = outSequence
            highestTimestamp = outTimestamp
            lastAdvance = now
        }
        let number = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: outSequence))
        return (Placement(sequenceNumber: number, timestamp: outTimestamp), segment, isNewest)
    }

    /// Leaves a packet out on purpose, so that its number is not missed by the subscriber.
    ///
    /// - Returns: false for a packet that comes late: later ones have been numbered already, so it has a number too.
    mutating func skip(source: SSRC, sequence: Int64) -> Bool {
        guard var segment = segments.last, segment.source == source, sequence > highestSource else { return false }
        let isEmpty = segment.first == sequence
        if !isEmpty { segments[segments.count - 1].last = sequence - 1 }
        segment.first = sequence + 1
        segment.sequenceOffset -= 1
        // Padding comes in bursts: without a packet between them, they have one segment.
        if isEmpty { segments[segments.count - 1] = segment } else { append(segment) }
        highestSource = sequence
        highestSequence = sequence + segment.sequenceOffset
        return true
    }

    private mutating func append(_ segment: StreamSegment) {
        segments.append(segment)
        if segments.count > Self.maximumSegments { segments.removeFirst() }
    }

    /// The timestamp a new source starts with.
    private func nextTimestamp(aligned: UInt32?, clockRate: Int, at now: Instant) -> UInt32 {
        guard let lastAdvance else { return highestTimestamp }
        let elapsed = max(0, (now - lastAdvance).inSeconds)
        let ticks = UInt32(truncatingIfNeeded: Int64((elapsed * Double(clockRate)).rounded()))
        let expected = highestTimestamp &+ max(1, ticks)
        guard let aligned else { return expected }
        // Reports further off than this are from a sender whose clock has jumped.
        let tolerance = Int64(clockRate) * 2
        guard abs(Int64(Int32(bitPattern: aligned &- expected))) <= tolerance else { return expected }
        // The same moment was forwarded from the old layer already: go on just after it.
        return Int32(bitPattern: aligned &- highestTimestamp) > 0 ? aligned : highestTimestamp &+ 1
    }
}
