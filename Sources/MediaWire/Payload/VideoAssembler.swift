/// Puts video frames together; ``FrameAssembler`` says by which rules.
struct VideoAssembler: Sendable {
    /// The frame being gathered.
    private struct Gathering {
        var timestamp: UInt32
        var firstSequence: Int64
        var lastSequence: Int64
        var packetCount = 1
    }

    private let codec: Codec
    private var collector: any FrameCollector
    private var gathering: Gathering?
    /// The timestamp of a frame whose remaining packets are of no use.
    private var abandonedTimestamp: UInt32?
    private var isBehindGap = false
    /// Whether a frame was put out.
    private var hasBegun = false

    init(codec: Codec) {
        self.codec = codec
        collector =
            switch codec {
            case .vp8: VP8FrameCollector()
            case .vp9: VP9FrameCollector()
            case .h264: H264FrameCollector()
            case .h265: H265FrameCollector()
            case .av1: AV1FrameCollector()
            case .opus, .red, .pcmu, .pcma: preconditionFailure("\(codec) is no video codec")
            }
    }

    /// Takes in the packet that follows `missing` lost ones.
    mutating func push(_ packet: RTPPacket, sequence: Int64, missing: Int64) -> [AssembledFrame] {
        if missing > 0 { abandon() }
        // Padding has a sequence number and nothing else.
        if packet.payload.isEmpty { return [] }
        var frames: [AssembledFrame] = []
        if let current = gathering, current.timestamp != packet.timestamp, collector.hasPicture {
            finish(&frames)
        }
        if take(packet, sequence: sequence), packet.marker, collector.hasPicture { finish(&frames) }
        return frames
    }

    /// Gathers the packet; `false` when it is of no use.
    private mutating func take(_ packet: RTPPacket, sequence: Int64) -> Bool {
        if abandonedTimestamp == packet.timestamp { return false }
        if gathering == nil {
            guard startsFrame(codec: codec, payload: packet.payload) else {
                isBehindGap = true
                abandonedTimestamp = packet.timestamp
                return false
            }
            gathering = Gathering(timestamp: packet.timestamp, firstSequence: sequence, lastSequence: sequence)
        } else {
            // Parameter sets may come with a timestamp of their own; they belong to the picture that follows.
            gathering?.timestamp = packet.timestamp
            gathering?.lastSequence = sequence
            gathering?.packetCount += 1
        }
        abandonedTimestamp = nil
        do throws(WireError) {
            try collector.append(packet.payload)
        } catch {
            abandon(timestamp: packet.timestamp)
            return false
        }
        guard collector.byteCount <= FrameAssembler.maximumFrameBytes,
            gathering?.packetCount ?? 0 <= FrameAssembler.maximumFramePackets
        else {
            abandon(timestamp: packet.timestamp)
            return false
        }
        return true
    }

    /// Drops the frame being gathered.
    private mutating func abandon(timestamp: UInt32? = nil) {
        isBehindGap = true
        if let timestamp = timestamp ?? gathering?.timestamp { abandonedTimestamp = timestamp }
        gathering = nil
        collector.reset()
    }

    private mutating func finish(_ frames: inout [AssembledFrame]) {
        guard let gathered = gathering else { return }
        let isKeyFrame = collector.isKeyFrame
        let lacksParameters = isKeyFrame && !collector.hasParameters
        gathering = nil
        // A key frame whose parameter sets may be among what was lost is not whole.
        guard let data = collector.finish(), !(lacksParameters && (isBehindGap || !hasBegun)) else {
            isBehindGap = true
            return
        }
        hasBegun = true
        frames.append(
            AssembledFrame(
                data: data,
                rtpTimestamp: gathered.timestamp,
                isKeyFrame: isKeyFrame,
                firstSequence: gathered.firstSequence,
                lastSequence: gathered.lastSequence,
                isIntact: !isBehindGap
            )
        )
        isBehindGap = false
    }
}
