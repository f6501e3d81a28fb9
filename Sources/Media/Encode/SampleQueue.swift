/// Samples waiting to fill a codec's frame, one lane a channel.
struct SampleQueue {
    private var lanes: [[Float]]
    private var start = 0

    /// Samples waiting in each lane.
    var count: Int { lanes[0].count - start }

    init(channels: Int) {
        lanes = Array(repeating: [], count: channels)
    }

    mutating func append(_ frame: AudioFrame) {
        precondition(frame.channels == lanes.count, "sound has the queue's channels")
        for channel in 0..<frame.channels {
            frame.withSamples(channel) { lanes[channel].append(contentsOf: $0) }
        }
    }

    /// Writes the first `count` samples of a lane to every `step`th place of `target`, beginning at `offset`.
    func copy(channel: Int, count: Int, to target: UnsafeMutablePointer<Float>, from offset: Int, every step: Int) {
        precondition(count <= self.count, "no more samples than there are")
        lanes[channel].withUnsafeBufferPointer { lane in
            for index in 0..<count { target[offset + index * step] = lane[start + index] }
        }
    }

    mutating func removeFirst(_ count: Int) {
        precondition(count <= self.count, "no more samples than there are")
        start += count
        // Moving the rest down only now and then keeps the cost per sample constant.
        guard start > 8_192 || start == lanes[0].count else { return }
        for channel in lanes.indices { lanes[channel].removeFirst(start) }
        start = 0
    }
}
