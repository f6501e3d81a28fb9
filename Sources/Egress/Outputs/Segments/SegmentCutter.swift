import Media
import MediaWire

/// Decides where segments begin: with pictures at the first key frame at or after the wanted time, with sound alone at a packet.
struct SegmentCutter {
    /// What to do with a packet.
    enum Decision: Hashable {
        /// Nothing can be shown yet that needs it.
        case skip
        /// It goes on with the segment, or begins the first one at this time (seconds).
        case write
        case begin(at: Double)
        /// The segment ends at this time and the packet begins the next.
        case cut(at: Double)
    }

    private let duration: Double
    private let hasVideo: Bool
    /// Where the first segment began, and the current one, in seconds.
    private var first = 0.0
    private var start: Double?

    /// How early a key frame may be and still count, in seconds: encoders place them by whole frames.
    private var tolerance: Double { min(0.05, duration / 4) }

    init(duration: Double, hasVideo: Bool) {
        self.duration = duration
        self.hasVideo = hasVideo
    }

    /// Decides about the next packet in the order of decoding.
    mutating func decide(_ packet: EncodedPacket, of kind: MediaKind) -> Decision {
        let time = Double(packet.pts) / Double(packet.timescale)
        guard let start else {
            if hasVideo, kind == .video, !packet.isKeyFrame { return .skip }
            // A codec's priming comes before the first picture.
            if hasVideo, kind == .audio { return .write }
            first = time
            start = time
            return .begin(at: time)
        }
        guard hasVideo ? kind == .video && packet.isKeyFrame : true else { return .write }
        let early = hasVideo ? tolerance : Double(packet.duration) / Double(packet.timescale) / 2
        let elapsed = time - start
        // Encoders keep key frames at multiples of their interval: after one that was late, the next is due earlier. Their
        // interval is whole frames and may be a little shorter than the segments', so that the time since the last counts too.
        let isDue = elapsed >= duration / 2 && time >= multiple(after: start + early) - early
        guard isDue || (hasVideo && elapsed >= duration - early) else { return .write }
        self.start = time
        return .cut(at: time)
    }
    /// The first time after `time` that is a whole number of segments after the first began.
    private func multiple(after time: Double) -> Double {
        first + (((time - first) / duration).rounded(.down) + 1) * duration
    }
}
