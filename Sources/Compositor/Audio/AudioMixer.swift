public import Media
internal import MediaWire

/// Sums any number of sources on one line of sample positions.
///
/// Every frame is added at the absolute position of its first sample; where nothing was added there is silence. A source
/// never sounds twice at one position: what overlaps its own earlier sound is left out, as is what comes after its
/// stretch was given away; both are counted. The sum runs through a `Limiter`, so that it never exceeds its ceiling and is
/// left alone below it. Which position a frame belongs at is the business of a `SourceTimeline`.
///
/// All sources share one buffer of sums, so the cost does not depend on how far ahead any of them is.
public struct AudioMixer: Sendable {
    /// The rate and channels of everything that comes in and goes out.
    public let layout: AudioLayout
    /// Samples a block of the mix.
    public let blockSamples: Int
    /// The position of the next sample to be given away.
    public private(set) var position: Int64
    /// What became of all samples added.
    public private(set) var statistics = AudioMixerStatistics()

    /// How far ahead of the mix sound can be added, in seconds: above any jitter buffer's depth, and a bound on memory.
    public static let maxAheadSeconds = 10

    private struct Source {
        var end: Int64
        var statistics = AudioMixerStatistics()
    }

    private var sources: [AudioSourceID: Source] = [:]
    private var sums: SumBuffer
    private var limiter: Limiter

    /// A mixer whose first block begins at position `start`.
    public init(layout: AudioLayout = .mixing, blockSamples: Int = 960, start: Int64 = 0) {
        precondition(blockSamples > 0, "a block holds samples")
        self.layout = layout
        self.blockSamples = blockSamples
        position = start
        let ahead = layout.sampleRate * AudioMixer.maxAheadSeconds
        sums = SumBuffer(channels: layout.channels, capacity: ahead, start: start)
        limiter = Limiter(layout: layout, blockSamples: blockSamples)
    }

    /// Samples that have to be known beyond a block before it can be given away: the limiter's look-ahead.
    public var lookAhead: Int { limiter.lookAhead }

    /// Adds `frame` with its first sample at `start`; `frame` has the mixer's layout.
    public mutating func add(_ frame: AudioFrame, from source: AudioSourceID, at start: Int64) {
        precondition(
            frame.sampleRate == layout.sampleRate && frame.channels == layout.channels,
            "sound is brought to the mixer's layout first"
        )
        var state = sources[source] ?? Source(end: position)
        let count64 = Int64(frame.count)
        // Positions come from a peer's timestamps: far outside the window they are only counted, never computed with.
        let limit = position + Int64(sums.capacity)
        var delta = AudioMixerStatistics()
        if start >= limit {
            delta.early = count64
        } else if start <= position - count64 {
            delta.late = count64
        } else {
            delta.late = max(0, position - start)
            delta.overlapping = max(0, min(start + count64, state.end) - max(start, position))
            delta.early = max(0, start + count64 - limit)
        }
        let skipped = Int(delta.late + delta.overlapping)
        let count = frame.count - skipped - Int(delta.early)
        if count > 0 {
            sums.add(frame, from: skipped, count: count, at: start + Int64(skipped))
            state.end = start + Int64(skipped + count)
            delta.mixed = Int64(count)
        }
        state.statistics.add(delta)
        statistics.add(delta)
        sources[source] = state
    }

    /// What became of one source's samples; nil for one that has added nothing.
    public func statistics(of source: AudioSourceID) -> AudioMixerStatistics? {
        sources[source]?.statistics
    }

    /// Forgets a source that will add nothing more; what it has added still sounds.
    public mutating func remove(_ source: AudioSourceID) {
        sources[source] = nil
    }

    /// Gives away every block that is complete once all sound before position `end` has been added.
    ///
    /// The last blocks before `end` are held back for the limiter's look-ahead; each block's time says where it belongs.
    public mutating func mix(upTo end: Int64) -> [AudioFrame] {
        var blocks: [AudioFrame] = []
        while position + Int64(blockSamples + limiter.lookAhead) <= end {
            blocks.append(nextBlock())
        }
        return blocks
    }

    /// Gives away everything up to the block that holds position `end`, at the end of a recording.
    public mutating func finish(at end: Int64) -> [AudioFrame] {
        var blocks: [AudioFrame] = []
        while position < end { blocks.append(nextBlock()) }
        return blocks
    }

    private mutating func nextBlock() -> AudioFrame {
        let samples = limiter.process(sums.window(count: blockSamples + limiter.lookAhead), count: blockSamples)
        sums.removeFirst(blockSamples)
        defer { position += Int64(blockSamples) }
        return AudioFrame(
            samples: samples,
            channels: layout.channels,
            sampleRate: layout.sampleRate,
            pts: MediaTime(value: position, timescale: Int32(layout.sampleRate))
        )
    }
}

extension AudioMixerStatistics {
    fileprivate mutating func add(_ other: AudioMixerStatistics) {
        mixed += other.mixed
        late += other.late
        overlapping += other.overlapping
        early += other.early
    }
}
