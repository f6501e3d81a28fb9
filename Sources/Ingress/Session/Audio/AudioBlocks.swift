import Media

/// Cuts sound that comes in pieces of any length into blocks of 20 ms, each at its place in the session.
///
/// Samples are counted: pieces follow each other without seams as long as their times agree with the count to `tolerance`,
/// which is more than the rounding of containers to milliseconds adds up to. Where they do not, the times are right: what is
/// missing is silence up to `longestFill` and a leap of the count beyond, what was there already is left out.
struct AudioBlocks: Sendable {
    /// Samples of a block at 48 kHz.
    static let length = 960
    /// Samples by which the times may differ from the count: 40 ms.
    static let tolerance: Int64 = 1_920
    /// The longest silence put in, in samples: one second.
    static let longestFill: Int64 = 48_000

    /// A block and the number of its first sample, counted from the start of the session.
    struct Block: Sendable, Hashable {
        var sound: AudioFrame
        var position: Int64
    }

    private let channels: Int
    private var lanes: [[Float]]
    /// The number of the first sample waiting; nil before the first sound.
    private var position: Int64?

    /// Blocks of 48 kHz sound with so many channels.
    init(channels: Int) {
        self.channels = channels
        lanes = Array(repeating: [], count: channels)
    }

    /// The number of the sample that comes next; nil before the first sound.
    var end: Int64? { position.map { $0 + Int64(lanes[0].count) } }

    /// Takes in sound of 48 kHz that begins at sample `start` of the session, and returns what is complete.
    mutating func append(_ frame: AudioFrame, at start: Int64) -> [Block] {
        precondition(frame.channels == channels, "sound has the blocks' channels")
        var blocks: [Block] = []
        let gap = end.map { start - $0 } ?? 0
        var skipped = 0
        if position == nil {
            position = start
        } else if gap > Self.longestFill {
            blocks += pad()
            position = start
        } else if gap > Self.tolerance {
            append(silence: Int(gap))
        } else if gap < -Self.tolerance {
            skipped = Int(min(-gap, Int64(frame.count)))
        }
        for channel in 0..<channels {
            frame.withSamples(channel) { lanes[channel].append(contentsOf: $0.dropFirst(skipped)) }
        }
        return blocks + drain()
    }

    /// Silence up to sample `end` of the session, in whole blocks.
    mutating func silence(until end: Int64) -> [Block] {
        var blocks = pad()
        guard let position else { return blocks }
        // A stretch as long as this is no sound's end but a time that was set wrong.
        if end - position > Self.longestFill { self.position = end - Int64(Self.length) }
        let start = self.position ?? position
        let count = max(0, Int((end - start) / Int64(Self.length)))
        append(silence: count * Self.length)
        blocks += drain()
        return blocks
    }

    /// Fills the block that was begun with silence.
    private mutating func pad() -> [Block] {
        guard !lanes[0].isEmpty else { return [] }
        append(silence: Self.length - lanes[0].count)
        return drain()
    }

    private mutating func append(silence count: Int) {
        for channel in lanes.indices { lanes[channel].append(contentsOf: repeatElement(0, count: count)) }
    }

    private mutating func drain() -> [Block] {
        guard var start = position else { return [] }
        var blocks: [Block] = []
        var taken = 0
        while lanes[0].count - taken >= Self.length {
            let samples = lanes.flatMap { $0[taken..<taken + Self.length] }
            let sound = AudioFrame(samples: samples, channels: channels, sampleRate: 48_000)
            blocks.append(Block(sound: sound, position: start))
            taken += Self.length
            start += Int64(Self.length)
        }
        for channel in lanes.indices { lanes[channel].removeFirst(taken) }
        position = start
        return blocks
    }
}
