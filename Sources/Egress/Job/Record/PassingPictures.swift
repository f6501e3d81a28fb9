import Media
import MediaWire
import RoomClient

/// Makes packets of pictures that are written as they come: the same bytes, on the recording's time.
///
/// Times rise by at least a tick: WebRTC sends no pictures out of order. The size may change, as players take it; the codec may
/// not, because a container names one: samples of another codec are left out, and the last picture stands.
struct PassingPictures {
    /// What became of samples that could not be written.
    struct Refusal: Sendable, Hashable {
        var expected: Codec
        var got: Codec
    }

    private let origin: Instant
    private var codec: Codec?
    private var lastTime: Int64?
    /// What the container is to know; nil before the first picture that tells.
    private(set) var parameters: StreamParameters?
    /// Set when the publisher has changed to a codec that the container cannot take as well.
    private(set) var refusal: Refusal?

    init(origin: Instant) {
        self.origin = origin
    }

    /// The packet of a sample; nil if it cannot be written.
    mutating func packet(of item: AudioTrack.Item) -> EncodedPacket? {
        let sample = item.sample
        if parameters == nil { begin(with: sample) }
        guard parameters != nil, let codec else { return nil }
        guard sample.codec == codec else {
            refusal = Refusal(expected: codec, got: sample.codec)
            return nil
        }
        let elapsed = max(0, (item.time - origin).nanoseconds)
        let wanted = elapsed / 1_000_000_000 * 90_000 + elapsed % 1_000_000_000 * 90_000 / 1_000_000_000
        let time = max(wanted, (lastTime ?? -1) + 1)
        lastTime = time
        return EncodedPacket(
            data: sample.data,
            pts: time,
            dts: time,
            duration: 0,
            timescale: 90_000,
            isKeyFrame: sample.isKeyFrame
        )
    }

    private mutating func begin(with sample: EncodedSample) {
        guard sample.isKeyFrame, let width = sample.width, let height = sample.height else { return }
        switch sample.codec {
        case .h264: parameters = .h264(width: width, height: height, keyFrame: sample.data)
        case .vp8: parameters = .vp8(width: width, height: height)
        case .vp9: parameters = .vp9(width: width, height: height)
        default: return
        }
        codec = sample.codec
    }
}
