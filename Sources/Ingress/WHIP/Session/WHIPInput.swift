import MediaWire
import PeerTransport
import RoomClient

/// One stream of a publisher: the sound, or one encoding of the pictures.
///
///     ReceivedMedia ─▶ ReceivePipeline ─▶ EncodedSample ─▶ StreamPlacement ─▶ WHIPSample
final class WHIPInput {
    let kind: MediaKind
    let mid: Mid
    let rid: String?
    private var pipeline: ReceivePipeline
    private var placement: StreamPlacement
    private var meter = StreamMeter()
    private var audioLevel: AudioLevel?
    /// The last codec and size seen.
    private(set) var codec: Codec?
    private(set) var size: (width: Int, height: Int)?

    init(kind: MediaKind, mid: Mid, rid: String?, settings: JitterBuffer.Settings) {
        self.kind = kind
        self.mid = mid
        self.rid = rid
        // All codecs that are taken have the clock of their kind (RFC 7587 §4.1, and 90 kHz for pictures).
        let clockRate = kind == .audio ? Codec.opus.clockRate : Codec.vp8.clockRate
        pipeline = ReceivePipeline(kind: kind, clockRate: clockRate, settings: settings)
        placement = StreamPlacement(clockRate: clockRate)
    }

    func receive(_ media: ReceivedMedia) {
        if let level = media.audioLevel { audioLevel = level }
        pipeline.receive(
            media.packet,
            codec: media.codec,
            dependencyDescriptor: media.extensionNumber(.dependencyDescriptor),
            at: media.arrival
        )
    }

    func senderReport(wall: WallClock, timestamp: UInt32) {
        pipeline.senderReport(wall: wall, timestamp: timestamp)
    }

    /// The samples that are complete, on the timeline that begins at `origin`.
    func take(at now: Instant, clock: inout PublisherClock, origin: Instant) -> [WHIPSample] {
        pipeline.pop(at: now).map { sample in
            let time = MediaTime(value: sample.timestamp, timescale: Int32(clamping: sample.clockRate))
            meter.add(bytes: sample.data.count, of: .nanoseconds(time.nanoseconds), at: now)
            codec = sample.codec
            if let width = sample.width, let height = sample.height { size = (width, height) }
            let captured = clock.captured(reported: sample.capturedAt, arrival: sample.arrival)
            let place = placement.place(
                timestamp: sample.timestamp,
                captured: captured.at,
                isReported: captured.isReported,
                origin: origin
            )
            return WHIPSample(
                kind: kind,
                rid: rid,
                sample: sample,
                place: place,
                captured: captured.at,
                audioLevel: audioLevel
            )
        }
    }

    func wantKeyFrame() { pipeline.wantKeyFrame() }

    /// Whether to ask the publisher for a key frame now; requests are spaced, and repeated until one comes.
    func keyFrameRequestIsDue(at now: Instant) -> Bool { pipeline.keyFrameRequestIsDue(at: now) }

    var nextDeadline: Instant? { pipeline.nextDeadline }

    /// Averages since the last look.
    func measured(at now: Instant) -> StreamMeter.Averages {
        defer { meter.restart(at: now) }
        return meter.averages(at: now)
    }
}
