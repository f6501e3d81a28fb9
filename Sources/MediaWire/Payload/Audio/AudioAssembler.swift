/// Puts audio packets out as frames, one each, and makes up for lost ones from redundant copies (RFC 2198).
struct AudioAssembler: Sendable {
    let isRedundant: Bool
    private var lastTimestamp: UInt32?
    private var isBehindGap = false

    init(isRedundant: Bool) {
        self.isRedundant = isRedundant
    }

    /// Takes in the packet that follows `missing` lost ones.
    mutating func push(_ packet: RTPPacket, sequence: Int64, missing: Int64) -> [AssembledFrame] {
        if missing > 0 { isBehindGap = true }
        guard !packet.payload.isEmpty else { return [] }
        guard isRedundant else {
            return [frame(packet.payload, timestamp: packet.timestamp, sequence: sequence)]
        }
        do throws(WireError) {
            let red = try REDPacket(parsing: packet.payload)
            var frames = missing > 0 ? recover(red, packet, sequence: sequence, missing: missing) : []
            if !red.primary.isEmpty {
                frames.append(frame(red.primary, timestamp: packet.timestamp, sequence: sequence))
            }
            return frames
        } catch {
            isBehindGap = true
            return []
        }
    }

    /// The copies of packets that are newer than the last one put out.
    private mutating func recover(
        _ red: REDPacket,
        _ packet: RTPPacket,
        sequence: Int64,
        missing: Int64
    ) -> [AssembledFrame] {
        guard let last = lastTimestamp else { return [] }
        let count = red.redundant.count
        // A sender leaves a copy empty that did not fit.
        let isEnough = red.redundant.suffix(Int(clamping: missing)).filter { !$0.payload.isEmpty }.count == missing
        var frames: [AssembledFrame] = []
        for (index, block) in red.redundant.enumerated() where !block.payload.isEmpty {
            let timestamp = packet.timestamp &- UInt32(block.timestampOffset)
            guard Int32(bitPattern: timestamp &- (frames.last?.rtpTimestamp ?? last)) > 0 else { continue }
            if isEnough { isBehindGap = false }
            frames.append(frame(block.payload, timestamp: timestamp, sequence: sequence - Int64(count - index)))
        }
        return frames
    }

    private mutating func frame(_ data: [UInt8], timestamp: UInt32, sequence: Int64) -> AssembledFrame {
        defer { isBehindGap = false }
        lastTimestamp = timestamp
        return AssembledFrame(
            data: data,
            rtpTimestamp: timestamp,
            isKeyFrame: true,
            firstSequence: sequence,
            lastSequence: sequence,
            isIntact: !isBehindGap
        )
    }
}
