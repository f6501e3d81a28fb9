package import MediaWire

/// Makes samples of the packets of one subscribed track.
///
///     packets ─▶ redundancy unpacked ─▶ JitterBuffer ─▶ FrameAssembler ─▶ FrameGate ─▶ EncodedSample
///
/// Retransmissions are asked for by the peer connection; here is waited for them, unless `PictureContinuity` says that only
/// padding is missing. What is lost for good breaks a video track until its next key frame, which
/// ``keyFrameRequestIsDue(at:)`` says when to ask for: before it is certain, so that the picture stands still for less. The
/// layer switches of a server are invisible: it keeps one numbering over them, and they begin with key frames. A stream that
/// is replaced (another SSRC, another session) begins with a key frame too, and its timeline goes on where the old one stood.
package struct ReceivePipeline {
    private let kind: MediaKind
    private let clockRate: Int
    private let settings: JitterBuffer.Settings
    private var buffer: JitterBuffer
    private var assembler: FrameAssembler?
    private var assembledCodec: Codec?
    private var gate: FrameGate
    private var timeline: StreamTimeline
    private var clock: SenderReportClock
    private var requester = KeyFrameRequester()
    private var continuity = PictureContinuity()
    private var ssrc: SSRC?
    /// What the payload types in the buffer mean.
    private var codecs: [UInt8: Codec] = [:]
    /// Size of the key frame being assembled.
    private var size: (width: Int, height: Int)?
    private var counters = TrackStatistics()
    /// Samples that a restart forced out before the next ``pop(at:)``.
    private var ready: [EncodedSample] = []

    /// A pipeline for one stream, whose clock has this many ticks a second.
    package init(kind: MediaKind, clockRate: Int, settings: JitterBuffer.Settings) {
        self.kind = kind
        self.clockRate = clockRate
        self.settings = settings
        buffer = JitterBuffer(settings: settings)
        gate = FrameGate(dependsOnEarlierFrames: kind == .video)
        timeline = StreamTimeline(clockRate: clockRate)
        clock = SenderReportClock(clockRate: clockRate)
    }

    /// What happened so far.
    package var statistics: TrackStatistics {
        var statistics = counters
        statistics.keyFrameRequests = requester.requests
        return statistics
    }

    /// Takes a packet in the order of arrival.
    ///
    /// - Parameter dependencyDescriptor: the number of that header extension, if it was negotiated.
    package mutating func receive(
        _ packet: RTPPacket,
        codec: Codec,
        dependencyDescriptor: UInt8? = nil,
        at now: Instant
    ) {
        if let ssrc, ssrc != packet.ssrc { ready += restart() }
        ssrc = packet.ssrc
        continuity.dependencyDescriptor = dependencyDescriptor
        counters.received += 1
        counters.receivedBytes += packet.payload.count
        if codec == .red {
            receiveRedundant(packet, at: now)
        } else {
            codecs[packet.payloadType] = codec
            insert(packet, at: now)
        }
    }

    /// Takes a sender report.
    package mutating func senderReport(wall: WallClock, timestamp: UInt32) {
        guard let place = timeline.place(ofReport: timestamp) else { return }
        clock.report(wall: wall, timestamp: place)
    }

    /// The samples that are complete by now, in order.
    package mutating func pop(at now: Instant) -> [EncodedSample] {
        var samples = ready
        ready = []
        while let popped = buffer.pop(at: now, follows: follows) { assemble(popped, into: &samples) }
        return samples
    }

    /// All samples there are: nothing more will arrive.
    package mutating func drain() -> [EncodedSample] {
        var samples = ready
        ready = []
        while let popped = buffer.drain(follows: follows) { assemble(popped, into: &samples) }
        return samples
    }

    /// The stream ends and another will follow: what there is comes out, what follows starts anew.
    mutating func restart() -> [EncodedSample] {
        let samples = drain()
        buffer = JitterBuffer(settings: settings)
        continuity = PictureContinuity()
        assembler = nil
        ssrc = nil
        codecs = [:]
        timeline.restart()
        clock = SenderReportClock(clockRate: clockRate)
        gate.lost()
        counters.restarts += 1
        return samples
    }

    /// Another decoder takes over, which has seen nothing yet.
    mutating func restartDecoding() {
        gate.lost()
        if kind == .video { requester.want() }
    }

    /// Asks for a key frame although nothing was lost.
    package mutating func wantKeyFrame() {
        if kind == .video { requester.want() }
    }

    /// Whether to ask the publisher for a key frame now.
    package mutating func keyFrameRequestIsDue(at now: Instant) -> Bool {
        if let impatience, now >= impatience { requester.want() }
        return ssrc != nil && requester.requestIsDue(at: now)
    }

    /// When to ask for a key frame although what is missing may still come.
    private var impatience: Instant? {
        guard kind == .video, !requester.isWanted else { return nil }
        return buffer.waitingSince.map { $0 + settings.keyFrameDelay }
    }

    /// When to call ``pop(at:)`` and ``keyFrameRequestIsDue(at:)`` though no packet arrives.
    package var nextDeadline: Instant? {
        let request = ssrc == nil ? nil : requester.nextDeadline ?? impatience
        return switch (buffer.nextDeadline, request) {
        case (let a?, let b?): min(a, b)
        case (let a, let b): a ?? b
        }
    }
}

// MARK: - Packets

extension ReceivePipeline {
    private mutating func insert(_ packet: RTPPacket, at now: Instant) {
        switch buffer.insert(packet, at: now) {
        case .queued(let wasMissing): if wasMissing { counters.recovered += 1 }
        case .duplicate: counters.duplicates += 1
        case .late: counters.late += 1
        case .stray: break
        }
    }

    /// Unpacks redundant audio (RFC 2198): the packet's own frame, and earlier ones that are still missing.
    ///
    /// The k-th block from the end repeats the k-th packet before.
    private mutating func receiveRedundant(_ packet: RTPPacket, at now: Instant) {
        guard let parts = try? REDPacket(parsing: packet.payload) else { return }
        var own = packet
        own.payload = parts.primary
        codecs[own.payloadType] = .opus
        insert(own, at: now)
        for (distance, block) in parts.redundant.reversed().enumerated() {
            let number = packet.sequenceNumber &- (distance + 1)
            guard !block.payload.isEmpty, buffer.isMissing(number) else { continue }
            var repeated = own
            repeated.sequenceNumber = number
            repeated.timestamp = packet.timestamp &- UInt32(block.timestampOffset)
            repeated.payload = block.payload
            insert(repeated, at: now)
        }
    }
}

// MARK: - Frames

extension ReceivePipeline {
    /// Whether nothing but padding can be missing between what was given out and a packet.
    private var follows: (RTPPacket, Int) -> Bool {
        guard kind == .video else { return { _, _ in false } }
        return { [continuity, codecs] packet, missing in
            codecs[packet.payloadType].map { continuity.continues(with: packet, codec: $0, missing: missing) } ?? false
        }
    }

    private mutating func assemble(_ popped: JitterBuffer.Popped, into samples: inout [EncodedSample]) {
        if popped.isRestart { restartInBand() }
        if popped.lostBefore > 0 {
            counters.lost += popped.lostBefore
            gate.lost()
            if gate.needsKeyFrame { requester.want() }
        }
        guard let codec = codecs[popped.packet.payloadType] else { return }
        if kind == .video { continuity.passed(popped.packet, codec: codec) }
        if assembler == nil || assembledCodec != codec {
            assembler = FrameAssembler(codec: codec)
            assembledCodec = codec
        }
        if kind == .video, let found = keyFrameSize(codec: codec, payload: popped.packet.payload) { size = found }
        for frame in assembler?.push(popped.packet, extendedSequence: popped.sequence) ?? [] {
            deliver(frame, codec: codec, arrival: popped.arrival, into: &samples)
        }
    }

    private mutating func deliver(
        _ frame: AssembledFrame,
        codec: Codec,
        arrival: Instant,
        into samples: inout [EncodedSample]
    ) {
        let place = timeline.place(frame.rtpTimestamp, arrival: arrival)
        switch gate.judge(isKeyFrame: frame.isKeyFrame, isIntact: frame.isIntact) {
        case .hold:
            counters.undecodableFrames += 1
            if gate.needsKeyFrame { requester.want() }
        case .pass(let isIntact):
            if frame.isKeyFrame {
                counters.keyFrames += 1
                requester.keyFrameArrived()
            }
            counters.frames += 1
            samples.append(
                EncodedSample(
                    codec: codec,
                    data: frame.data,
                    isKeyFrame: frame.isKeyFrame,
                    timestamp: place,
                    clockRate: clockRate,
                    capturedAt: clock.wallClock(of: place),
                    arrival: arrival,
                    isIntact: isIntact,
                    width: frame.isKeyFrame ? size?.width : nil,
                    height: frame.isKeyFrame ? size?.height : nil
                )
            )
        }
    }

    /// The numbering of the stream jumped: its source was replaced without another SSRC.
    private mutating func restartInBand() {
        counters.restarts += 1
        continuity = PictureContinuity()
        assembler = nil
        timeline.restart()
        clock = SenderReportClock(clockRate: clockRate)
        gate.lost()
        if gate.needsKeyFrame { requester.want() }
    }
}
