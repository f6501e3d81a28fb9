internal import Media

/// Sums of samples from one position on, silence where nothing was added.
struct SumBuffer {
    /// Samples kept from the first one on.
    let capacity: Int
    private let channels: Int
    private var start: Int64
    /// One ring a channel, one after the other; `head` is where `start` lies.
    private var ring: [Float]
    private var head = 0

    init(channels: Int, capacity: Int, start: Int64) {
        self.channels = channels
        self.capacity = capacity
        self.start = start
        ring = [Float](repeating: 0, count: channels * capacity)
    }

    /// Adds `count` samples of `frame` beginning with its sample `offset`; they must lie within the capacity.
    mutating func add(_ frame: AudioFrame, from offset: Int, count: Int, at position: Int64) {
        let distance = Int(position - start)
        precondition(distance >= 0 && distance + count <= capacity, "sound lies within the buffer")
        let first = (head + distance) % capacity
        let beforeWrap = min(count, capacity - first)
        ring.withUnsafeMutableBufferPointer { ring in
            for channel in 0..<channels {
                frame.withSamples(channel) { samples in
                    let lane = channel * capacity
                    for index in 0..<beforeWrap { ring[lane + first + index] += samples[offset + index] }
                    for index in beforeWrap..<count { ring[lane + index - beforeWrap] += samples[offset + index] }
                }
            }
        }
    }

    /// The first `count` samples, all of channel 0, then all of channel 1, and so on.
    func window(count: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: channels * count) { target, initialized in
            let beforeWrap = min(count, capacity - head)
            for channel in 0..<channels {
                for index in 0..<beforeWrap {
                    target[channel * count + index] = ring[channel * capacity + head + index]
                }
                for index in beforeWrap..<count {
                    target[channel * count + index] = ring[channel * capacity + index - beforeWrap]
                }
            }
            initialized = channels * count
        }
    }

    /// Lets go of the first `count` samples.
    mutating func removeFirst(_ count: Int) {
        let beforeWrap = min(count, capacity - head)
        for channel in 0..<channels {
            let lane = channel * capacity
            ring.withUnsafeMutableBufferPointer { ring in
                ring[lane + head..<lane + head + beforeWrap].update(repeating: 0)
                ring[lane..<lane + count - beforeWrap].update(repeating: 0)
            }
        }
        head = (head + count) % capacity
        start += Int64(count)
    }
}
