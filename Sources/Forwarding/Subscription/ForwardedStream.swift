package import MediaWire

/// One subscriber's view of a publication: selects the layer, rewrites the packets, knows the stream's clock.
///
/// For each of the publication's packets ``forward(_:publication:)`` says what to send, if anything. Nothing is sent before
/// the first key frame. The caller polls ``keyFrameRequest(roundTrip:at:)`` and passes it on to the publication's throttle.
package struct ForwardedStream: Sendable {
    /// Whether the subscriber takes RED; else it gets the primary encoding.
    package var acceptsRED: Bool
    /// Whether the subscriber wants packets at all (`disabled` of its track settings).
    package private(set) var isEnabled = true
    /// What bandwidth allows.
    package private(set) var budget = LayerBudget.unlimited

    private let kind: MediaKind
    private var selector: LayerSelector
    private var munger: StreamMunger
    private var vp8 = VP8Munger()
    private var requester = KeyFrameRequester()

    /// A stream that starts with the given number and timestamp, which should be random.
    package init(
        kind: MediaKind,
        maximumLayer: Int,
        acceptsRED: Bool,
        firstSequence: UInt16,
        firstTimestamp: UInt32
    ) {
        self.kind = kind
        self.acceptsRED = acceptsRED
        selector = LayerSelector(maximum: maximumLayer)
        munger = StreamMunger(firstSequence: firstSequence, firstTimestamp: firstTimestamp)
    }

    /// The layer being forwarded.
    package var currentLayer: Int? { selector.current }
    /// The best layer alive that the subscriber may have.
    package var targetLayer: Int? { selector.target }
    /// The highest layer the subscriber wants.
    package var maximumLayer: Int { selector.maximum }

    /// Takes the subscriber's wish.
    package mutating func setMaximumLayer(_ maximum: Int, live: LayerSet) {
        retarget(maximum: maximum, live: live)
    }

    /// Takes the allocator's decision.
    package mutating func setBudget(_ budget: LayerBudget, live: LayerSet) {
        self.budget = budget
        retarget(maximum: selector.maximum, live: live)
    }

    /// Takes a change in what the publisher sends.
    package mutating func liveLayersChanged(_ live: LayerSet) {
        retarget(maximum: selector.maximum, live: live)
    }

    /// Stops or continues the stream; it continues with a key frame.
    package mutating func setEnabled(_ enabled: Bool) {
        guard enabled != isEnabled else { return }
        isEnabled = enabled
        interrupt()
    }

    /// What to send for a packet of the publication; nil for nothing.
    package mutating func forward(_ source: SourcePacket, publication: Publication) -> ForwardedPacket? {
        guard isEnabled else { return nil }
        let packet = source.packet
        let isPadding = packet.payload.isEmpty
        switch decide(source) {
        case .drop:
            break
        case .switchLayer:
            if isPadding { return nil }
            begin(source, publication: publication)
        case .forward where isPadding:
            // Late padding has a number that would be missed and asked for: it is sent as the empty packet it is.
            if munger.skip(source: packet.ssrc, sequence: source.sequence) { return nil }
        case .forward where packet.ssrc != munger.source:
            // The publisher has replaced the layer's stream: go on with its first key frame.
            if source.startsKeyFrame { begin(source, publication: publication) } else { interrupt() }
        case .forward:
            break
        }
        return place(source)
    }

    /// What is to be forwarded right after a packet that was: those behind it that came before it, if the stream began with it.
    package func overtakers(of source: SourcePacket) -> [SourcePacket] {
        guard !source.overtakers.isEmpty, munger.began(source: source.packet.ssrc, sequence: source.sequence) else {
            return []
        }
        return source.overtakers
    }

    /// What a subscriber's sender report has to say: the current layer's report in the stream's own timeline.
    package func senderClock(publication: Publication) -> SenderClock? {
        guard let layer = selector.current, let clock = publication.clock(of: layer) else { return nil }
        return SenderClock(ntp: clock.ntp, rtpTimestamp: clock.rtpTimestamp &+ munger.timestampOffset)
    }

    /// The layer to ask a key frame from now, if one is needed and it is time to ask (again).
    package mutating func keyFrameRequest(roundTrip: Duration, at now: Instant) -> Int? {
        guard kind == .video, isEnabled, let layer = selector.awaitedLayer else { return nil }
        return requester.poll(roundTrip: roundTrip, at: now) ? layer : nil
    }

    /// The layer whose key frame the subscriber's own request (PLI, FIR) is about.
    package var requestableLayer: Int? {
        guard kind == .video, isEnabled else { return nil }
        return selector.current ?? selector.target
    }

    /// Ends what is being forwarded; the next key frame starts again.
    private mutating func interrupt() {
        selector.reset()
        munger.close()
        requester.reset()
    }

    private mutating func retarget(maximum: Int, live: LayerSet) {
        let before = selector.awaitedLayer
        selector.retarget(maximum: maximum, budget: budget, live: live)
        if selector.awaitedLayer != before { requester.reset() }
    }

    private mutating func decide(_ source: SourcePacket) -> LayerSelector.Decision {
        if kind == .audio, selector.current != nil { return .forward }
        return selector.decide(layer: source.layer, startsKeyFrame: source.startsKeyFrame)
    }

    /// Starts or continues the outgoing stream with this packet.
    private mutating func begin(_ source: SourcePacket, publication: Publication) {
        let packet = source.packet
        var offsets = VP8Offsets()
        if source.codec == .vp8, let descriptor = try? VP8Descriptor.parse(packet.payload).descriptor {
            offsets = vp8.offsets(startingAt: descriptor)
        }
        munger.begin(
            source: packet.ssrc,
            sequence: source.sequence,
            timestamp: packet.timestamp,
            aligned: alignedTimestamp(source, publication: publication),
            clockRate: source.codec.clockRate,
            at: source.arrival,
            vp8: offsets
        )
        forwardedLayer = source.layer
        requester.reset()
    }

    /// The layer the munger's open segment is of.
    private var forwardedLayer: Int?

    /// The packet's timestamp in the outgoing timeline, by the sender reports of the layer left and the layer entered.
    private func alignedTimestamp(_ source: SourcePacket, publication: Publication) -> UInt32? {
        guard let from = forwardedLayer, from != source.layer,
            let old = publication.clock(of: from), let new = publication.clock(of: source.layer)
        else { return nil }
        let translated = new.translate(source.packet.timestamp, to: old, clockRate: source.codec.clockRate)
        return translated &+ munger.timestampOffset
    }

    private mutating func place(_ source: SourcePacket) -> ForwardedPacket? {
        let packet = source.packet
        guard
            let placed = munger.place(
                source: packet.ssrc,
                sequence: source.sequence,
                timestamp: packet.timestamp,
                at: source.arrival
            )
        else { return nil }
        var forwarded = ForwardedPacket(
            codec: source.codec,
            marker: packet.marker,
            sequenceNumber: placed.placement.sequenceNumber,
            timestamp: placed.placement.timestamp,
            payload: packet.payload,
            audioLevel: source.audioLevel
        )
        switch source.codec {
        case .vp8:
            forwarded.payload = vp8.rewrite(packet.payload, by: placed.segment.vp8, isNewest: placed.isNewest)
        case .red where !acceptsRED:
            guard let primary = REDPrimary.extract(from: packet.payload) else { return nil }
            forwarded.codec = .opus
            forwarded.payload = primary
        default:
            break
        }
        return forwarded
    }
}
