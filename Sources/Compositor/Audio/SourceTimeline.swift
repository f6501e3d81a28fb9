public import Media
internal import MediaWire

/// Places the sound of one source on the mix's line of sample positions, without clicks.
///
/// Two clocks meet here. The source's own timestamps say which frames follow one another without a gap; the session's clock
/// says where each should be heard. Frames that follow one another are appended sample to sample, however unsteady the
/// session's opinion of their places is. When it strays from where the sound is being put by more than `tolerance`,
/// the sound is stretched or shortened by at most 1 in 200 (a twelfth of a semitone) until it is back; where the source
/// is silent, the difference is taken out of the silence at once. Beyond `jumpThreshold` the place is simply taken over.
///
/// A gap in the source's own timestamps (loss, or a pause in sending) stays a gap: the sound before it dies away over 5 ms,
/// the sound after it fades in over 2 ms.
public struct SourceTimeline: Sendable {
    /// A frame and the position of its first sample.
    public struct Placement: Sendable, Hashable {
        /// Where the first sample belongs.
        public var start: Int64
        /// The sound.
        public var frame: AudioFrame
    }

    /// What has been done to keep up with the session's clock.
    public struct Statistics: Sendable, Hashable {
        /// Gaps in the source's timestamps.
        public var gaps = 0
        /// Frames that were stretched or shortened.
        public var slewedFrames = 0
        /// Places taken over at once, because they were too far away or the source's timestamps jumped.
        public var jumps = 0
        /// Samples left out, because they repeated what had been placed or to catch up.
        public var droppedSamples: Int64 = 0

        /// Nothing done yet.
        public init() {}
    }

    /// How far the sound may stray from the session's clock before anything is done, in milliseconds: well above the
    /// millisecond that rounding makes, well below what can be noticed beside a picture.
    public static let toleranceMilliseconds = 6
    /// How far it may stray before the place is taken over at once, in milliseconds: at 1 in 200 it would take 40 s to slew.
    public static let jumpMilliseconds = 200

    /// What has been done so far.
    public private(set) var statistics = Statistics()
    private let layout: AudioLayout
    private var cursor: Cursor?
    private var stretcher: Stretcher
    private var isSlewing = false
    /// Whether sound is being left out because far too much of it has been placed.
    private var isCatchingUp = false

    private struct Cursor {
        /// The position behind the last sample placed.
        var position: Int64
        /// The source's own time behind that sample, in samples.
        var mediaTime: Int64?
    }

    /// A timeline for sound of one layout.
    public init(layout: AudioLayout = .mixing) {
        self.layout = layout
        stretcher = Stretcher(channels: layout.channels)
    }

    /// Places `frame`, whose first sample the session's clock puts at position `wanted`.
    ///
    /// `frame.pts` is the source's own time; without one the frame is taken to follow the last. Frames come in order. The result
    /// is empty if the frame is left out.
    public mutating func place(_ frame: AudioFrame, at wanted: Int64) -> [Placement] {
        precondition(
            frame.sampleRate == layout.sampleRate && frame.channels == layout.channels,
            "sound is brought to the timeline's layout first"
        )
        let mediaTime = frame.pts?.rescaled(to: Int32(layout.sampleRate)).value
        guard let cursor else { return begin(frame, at: wanted, mediaTime: mediaTime) }
        let gap = gap(before: mediaTime, after: cursor.mediaTime)
        let limit = Int64(layout.sampleRate) * Int64(AudioMixer.maxAheadSeconds)
        if gap < -limit || gap > limit {
            statistics.jumps += 1
            return tail(upTo: wanted) + begin(frame, at: max(wanted, cursor.position), mediaTime: mediaTime)
        }
        if gap < 0 { return placeRepeating(frame, overlap: Int(-gap), at: wanted) }
        if gap > 0 {
            statistics.gaps += 1
            let tail = tail(upTo: cursor.position + gap)
            self.cursor?.position += gap
            return tail + append(frame, at: wanted, mediaTime: mediaTime, isAfterGap: true)
        }
        return append(frame, at: wanted, mediaTime: mediaTime, isAfterGap: false)
    }

    /// Samples missing between the last frame and one at `mediaTime`; a millisecond of rounding is none.
    private func gap(before mediaTime: Int64?, after expected: Int64?) -> Int64 {
        guard let mediaTime, let expected else { return 0 }
        let (gap, overflow) = mediaTime.subtractingReportingOverflow(expected)
        if overflow { return mediaTime < expected ? .min : .max }
        return gap.magnitude <= UInt64(layout.sampleRate / 1_000) ? 0 : gap
    }

    private mutating func begin(_ frame: AudioFrame, at start: Int64, mediaTime: Int64?) -> [Placement] {
        isSlewing = false
        cursor = Cursor(position: start, mediaTime: mediaTime)
        return [put(frame, mediaTime: mediaTime, isFadedIn: true)]
    }

    /// A frame that begins before the last one ended: only what is new of it is placed.
    private mutating func placeRepeating(_ frame: AudioFrame, overlap: Int, at wanted: Int64) -> [Placement] {
        let repeated = min(overlap, frame.count)
        statistics.droppedSamples += Int64(repeated)
        guard repeated < frame.count else { return [] }
        return append(
            frame.suffix(from: repeated),
            at: wanted + Int64(repeated),
            mediaTime: cursor?.mediaTime,
            isAfterGap: false
        )
    }

    private mutating func append(
        _ frame: AudioFrame,
        at wanted: Int64,
        mediaTime: Int64?,
        isAfterGap: Bool
    ) -> [Placement] {
        guard let position = cursor?.position, frame.count > 0 else { return [] }
        let drift = wanted - position
        let mediaEnd = (mediaTime ?? cursor?.mediaTime).map { $0 + Int64(frame.count) }
        if drift.magnitude > UInt64(samples(SourceTimeline.jumpMilliseconds)) || isCatchingUp {
            return jump(frame, by: drift, mediaTime: mediaTime, mediaEnd: mediaEnd)
        }
        let tolerance = Int64(samples(SourceTimeline.toleranceMilliseconds))
        if abs(drift) > tolerance { isSlewing = true }
        if abs(drift) < tolerance / 8 { isSlewing = false }
        guard isSlewing else { return [put(frame, mediaTime: mediaTime, isFadedIn: isAfterGap)] }
        if frame.isSilent {
            return adjustSilence(frame, by: drift, mediaTime: mediaTime, mediaEnd: mediaEnd)
        }
        statistics.slewedFrames += 1
        let most = max(1, Int64(frame.count / 200))
        let change = Int(max(-most, min(most, drift)))
        let stretched = stretcher.stretch(frame, to: max(1, frame.count + change))
        var placement = put(stretched, mediaTime: mediaTime, isFadedIn: isAfterGap)
        placement.frame.pts = frame.pts
        cursor?.mediaTime = mediaEnd
        return [placement]
    }

    /// Too far away to slew: forward, the place is taken over; backward, sound is left out until it is caught up with.
    private mutating func jump(_ frame: AudioFrame, by drift: Int64, mediaTime: Int64?, mediaEnd: Int64?) -> [Placement]
    {
        guard let position = cursor?.position else { return [] }
        if drift > 0, !isCatchingUp {
            statistics.jumps += 1
            let tail = tail(upTo: position + drift)
            cursor?.position = position + drift
            return tail + [put(frame, mediaTime: mediaTime, isFadedIn: true)]
        }
        let dropped = Int(min(Int64(frame.count), max(0, -drift)))
        statistics.droppedSamples += Int64(dropped)
        isCatchingUp = dropped == frame.count
        guard !isCatchingUp else {
            cursor?.mediaTime = mediaEnd
            return []
        }
        statistics.jumps += 1
        // There is no gap for the old sound to die away in: it does so under the beginning of the new.
        let rest = stretcher.joined(frame.suffix(from: dropped).fadedIn(over: samples(2)), over: samples(5))
        let placement = put(rest, mediaTime: nil, isFadedIn: false)
        cursor?.mediaTime = mediaEnd
        return [placement]
    }

    /// Silence is as long as it has to be.
    private mutating func adjustSilence(
        _ frame: AudioFrame,
        by drift: Int64,
        mediaTime: Int64?,
        mediaEnd: Int64?
    ) -> [Placement] {
        isSlewing = false
        if drift > 0 {
            cursor?.position += drift
            return [put(frame, mediaTime: mediaTime, isFadedIn: false)]
        }
        let dropped = Int(min(Int64(frame.count), -drift))
        statistics.droppedSamples += Int64(dropped)
        let rest = dropped < frame.count ? [put(frame.suffix(from: dropped), mediaTime: nil, isFadedIn: false)] : []
        cursor?.mediaTime = mediaEnd
        return rest
    }

    private mutating func put(_ frame: AudioFrame, mediaTime: Int64?, isFadedIn: Bool) -> Placement {
        guard var next = cursor else { preconditionFailure("the timeline has begun") }
        let start = next.position
        next.position += Int64(frame.count)
        next.mediaTime = (mediaTime ?? next.mediaTime).map { $0 + Int64(frame.count) }
        cursor = next
        stretcher.remember(frame)
        return Placement(start: start, frame: isFadedIn ? frame.fadedIn(over: samples(2)) : frame)
    }

    /// The end of the sound before a gap that reaches up to `end`.
    private func tail(upTo end: Int64) -> [Placement] {
        guard let position = cursor?.position, end > position else { return [] }
        let count = Int(min(end - position, Int64(samples(5))))
        return stretcher.dyingTail(count: count, sampleRate: layout.sampleRate)
            .map { [Placement(start: position, frame: $0)] } ?? []
    }

    private func samples(_ milliseconds: Int) -> Int { layout.sampleRate * milliseconds / 1_000 }
}
