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

    /// The RTP clock of every video codec, which encoders are given as well.
    private static let rate = 90_000
    /// An area that one thread of x264 encodes in real time (LiveKit's ingress 1.5 gives each 640 × 480 one).
    ///
    /// Slices are free: x264 0.164 took the same CPU time for 720p at 1.9 Mbit/s with 1, 2 and 3, and made pictures as good.
    private static let samplesOfThread = 640 * 480
    /// More threads than this cut a picture into slices too thin to be good.
    private static let mostThreads = 4

    private let settings: Settings
    private let cores: Int
    private let effortChanged: (EncoderEffort) -> Void
    private var encoder: VideoEncoder?
    private var opened: (layer: IngressEncoding.Video.Layer, color: VideoColor)?
    private var schedule = KeyFrameSchedule()
    private var effort = EncoderEffort()
    private var lastTick = Int64.min

    /// - Parameters:
    ///   - cores: processors there are for encoder threads.
    ///   - effortChanged: told when pictures are encoded with more or less effort from now on.
    init(_ settings: Settings, cores: Int, effortChanged: @escaping (EncoderEffort) -> Void = { _ in }) {
        self.settings = settings
        self.cores = cores
        self.effortChanged = effortChanged
    }

    /// Encodes a picture and writes what comes out.
    ///
    /// Pictures whose time was passed already are left out: encoders and receivers take rising times only.
    ///
    /// - Parameter leftOut: how many pictures were given up since the one before, because they came faster than they are encoded.
    func encode(_ picture: LayerPicture, leftOut: Int = 0) throws(MediaError) {
        let tick = settings.clock.ticks(at: picture.time, rate: Self.rate)
        guard tick > lastTick else { return }
        if settings.format == .h264Baseline, effort.picture(at: picture.time, leftOut: leftOut) {
            pause()
            effortChanged(effort)
        }
        try open(for: picture)
        if settings.requests.take(rid: settings.rid) { schedule.request() }
        if schedule.isDue(at: picture.time) { encoder?.forceKeyFrame() }
        lastTick = tick
        for packet in try encoder?.encode(picture.frame, pts: tick) ?? [] { write(packet) }
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
        configuration.threads = threads(of: layer)
        configuration.color = color
        return configuration
    }

    private func threads(of layer: IngressEncoding.Video.Layer) -> Int {
        let wanted = (layer.width * layer.height + Self.samplesOfThread - 1) / Self.samplesOfThread
        return max(1, min(wanted, cores, Self.mostThreads))
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
