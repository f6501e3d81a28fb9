import Media
import MediaWire
import RoomClient

/// Encodes the pictures of one layer and writes them to its track; owned by one thread.
final class LayerEncoder {
    /// What a layer's encoder has to know from the beginning.
    struct Settings: Sendable {
        /// Names the layer within the track.
        var rid: String
        /// How the pictures are encoded.
        var format: IngressEncoding.Video.Format
        /// Frames a second at most.
        var framesPerSecond: Double
        /// Times of all tracks.
        var clock: SessionClock
        /// Takes the encoded pictures.
        var track: any PublishedTrack
        /// Who wants key frames.
        var requests: KeyFrameRequests
    }

    /// What an encoder that is too slow, or no longer so, goes on with.
    enum Change: Sendable {
        /// So many threads.
        case threads(Int)
        /// More or less work on each picture.
        case effort(EncoderEffort)
    }

    /// The RTP clock of every video codec, which encoders are given as well.
    private static let rate = 90_000
    /// More threads than this cut a picture into slices too thin to be good.
    private static let mostThreads = 4

    private let settings: Settings
    private let cores: Int
    private let changed: (Change) -> Void
    private var encoder: VideoEncoder?
    private var opened: (layer: IngressEncoding.Video.Layer, color: VideoColor)?
    private var schedule = KeyFrameSchedule()
    private var effort = EncoderEffort()
    private var pace = LayerPace()
    /// How many times as many threads encode as should keep up.
    private var threadFactor = 1
    private var lastTick = Int64.min

    /// - Parameters:
    ///   - cores: processors there are for encoder threads.
    ///   - changed: told when pictures are encoded in another way from now on.
    init(_ settings: Settings, cores: Int, changed: @escaping (Change) -> Void = { _ in }) {
        self.settings = settings
        self.cores = cores
        self.changed = changed
    }

    /// Encodes a picture and writes what comes out.
    ///
    /// Pictures whose time was passed already are left out: encoders and receivers take rising times only.
    ///
    /// An encoder behind which pictures wait one after the other gets more threads; one before which several were left out within
    /// a second gets less to do. Either begins it anew, with a key frame.
    ///
    /// - Parameters:
    ///   - leftOut: how many pictures were given up since the one before, because they came faster than they are encoded.
    ///   - waiting: how many pictures wait behind this one.
    func encode(_ picture: LayerPicture, leftOut: Int = 0, waiting: Int = 0) throws(MediaError) {
        let tick = settings.clock.ticks(at: picture.time, rate: Self.rate)
        guard tick > lastTick else { return }
        adapt(to: picture, leftOut: leftOut, waiting: waiting)
        try open(for: picture)
        if settings.requests.take(rid: settings.rid) { schedule.request() }
        if schedule.isDue(at: picture.time) { encoder?.forceKeyFrame() }
        lastTick = tick
        for packet in try encoder?.encode(picture.frame, pts: tick) ?? [] { write(packet) }
    }

    private func adapt(to picture: LayerPicture, leftOut: Int, waiting: Int) {
        let present = threads(of: picture.layer, factor: threadFactor)
        let more = threads(of: picture.layer, factor: threadFactor * 2)
        if pace.asksForThreads(waiting: waiting, leftOut: leftOut), more > present {
            threadFactor *= 2
            pause()
            changed(.threads(more))
        } else if settings.format == .h264Baseline,
            // A standstill is no reason to make pictures simpler while there are more threads to be had.
            effort.picture(at: picture.time, leftOut: more > present ? 0 : leftOut)
        {
            pause()
            changed(.effort(effort))
        }
    }

    /// Gives up the encoder; the next picture is a key frame.
    func pause() {
        encoder = nil
        opened = nil
    }

    private func write(_ packet: EncodedPacket) {
        let time = settings.clock.instant(ofTick: packet.pts, rate: Self.rate)
        if packet.isKeyFrame { schedule.made(at: time) }
        settings.track.write(
            EncodedFrame(
                data: packet.data,
                timestamp: settings.clock.rtpTimestamp(at: time, rate: Self.rate),
                isKeyFrame: packet.isKeyFrame,
                capturedAt: settings.clock.wallClock(at: time)
            ),
            layer: settings.rid
        )
    }

    private func open(for picture: LayerPicture) throws(MediaError) {
        let (layer, color) = (picture.layer, picture.frame.color)
        if let opened, opened.layer == layer, opened.color == color { return }
        pause()
        encoder = try VideoEncoder(configuration(of: layer, color: color))
        opened = (layer, color)
        schedule.reset()
    }

    private func configuration(of layer: IngressEncoding.Video.Layer, color: VideoColor) -> VideoEncoderConfiguration {
        var configuration = VideoEncoderConfiguration(
            format: settings.format.encoderFormat,
            width: layer.width,
            height: layer.height,
            framesPerSecond: max(1, min(240, Int(settings.framesPerSecond.rounded(.up)))),
            bitrate: layer.bitrate
        )
        configuration.preset = effort.preset
        configuration.timescale = Int32(Self.rate)
        configuration.isLowLatency = true
        configuration.isConstantRate = settings.format != .h264Baseline
        configuration.bufferMilliseconds = 1_000
        configuration.hasSceneCut = false
        // Ours are asked for earlier, by the schedule.
        configuration.keyFrameInterval = KeyFrameSchedule.longestDistance.inSeconds * 6
        configuration.threads = threads(of: layer, factor: threadFactor)
        configuration.color = color
        return configuration
    }

    private func threads(of layer: IngressEncoding.Video.Layer, factor: Int) -> Int {
        let enough = VideoEncoderConfiguration.threads(
            width: layer.width,
            height: layer.height,
            framesPerSecond: Int(settings.framesPerSecond.rounded(.up))
        )
        return max(1, min(enough * factor, cores, Self.mostThreads))
    }
}

extension IngressEncoding.Video.Format {
    fileprivate var encoderFormat: VideoEncoderConfiguration.Format {
        switch self {
        case .h264Baseline: .h264(.baseline)
        case .vp8: .vp8
        case .vp9: .vp9
        }
    }
}
