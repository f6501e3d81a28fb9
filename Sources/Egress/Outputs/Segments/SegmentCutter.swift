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
            start = time
            return .begin(at: time)
        }
        let mayCut = hasVideo ? kind == .video && packet.isKeyFrame : true
        let early = hasVideo ? tolerance : Double(packet.duration) / Double(packet.timescale) / 2
        guard mayCut, time - start >= duration - early else { return .write }
        self.start = time
        return .cut(at: time)
    }
}
