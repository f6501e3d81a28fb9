import Compositor
import Media
import MediaWire
import Scene

/// Encodes one form of the picture.
///
/// Confined to the recording's thread.
final class VideoEncoding {
    let plan: VideoPlan
    /// Draws what it encodes; shared by the encodings of one size.
    let maker: PictureMaker
    private var encoder: VideoEncoder
    private var configuration: VideoEncoderConfiguration
    /// How to encode from the next place on where a key frame may stand.
    private var wanted: VideoEncoderConfiguration
    /// Whether the last picture was the first of a new encoder: the one before had to give away what it held, which takes time.
    private(set) var hasBegunAnew = false
    /// Pictures that the encoder has taken.
    private var taken = 0
    private var lastNumber: Int64 = -1
    private var lastDTS = Int64.min
    /// Frames a second that the recording makes, at least those of the plan.
    private let rate: Int64

    init(_ plan: VideoPlan, maker: PictureMaker, rate: Int) throws(MediaError) {
        self.plan = plan
        self.maker = maker
        self.rate = Int64(rate)
        configuration = plan.encoderConfiguration
        wanted = configuration
        encoder = try VideoEncoder(configuration)
    }

    var parameters: StreamParameters { encoder.parameters }

    /// Whether the recording's frame of this number is one of its own.
    func wants(frame: Int64) -> Bool { number(of: frame) > lastNumber }

    /// Takes the recording's frame of this number.
    func encode(_ picture: VideoFrame, frame: Int64) throws(MediaError) -> [EncodedPacket] {
        lastNumber = number(of: frame)
        var packets: [EncodedPacket] = []
        hasBegunAnew = false
        if wanted != configuration, mayBeginAnew(at: lastNumber) { packets = try beginAnew() }
        packets += try encoder.encode(picture, pts: lastNumber)
        taken += 1
        return inOrder(packets)
    }

    func flush() throws(MediaError) -> [EncodedPacket] { inOrder(try encoder.flush()) }

    /// Encodes with twice as many threads, at most `limit`, as soon as a key frame may stand; returns with how many, or nil if
    /// there are no more to be had.
    func addThreads(limit: Int) -> Int? {
        let threads = min(wanted.threads * 2, limit)
        guard threads > wanted.threads else { return nil }
        wanted.threads = threads
        return threads
    }

    /// Encodes with one of `presets` as soon as a key frame may stand.
    func use(preset: String) { wanted.preset = preset }

    /// x264's presets that a stream may change between: they write the same SPS and PPS, which containers have but once.
    static let presets = ["veryfast", "superfast"]

    private func beginAnew() throws(MediaError) -> [EncodedPacket] {
        let next = try VideoEncoder(wanted)
        configuration = wanted
        // Nothing could decode its pictures; with `presets` it has not happened.
        guard next.parameters.extradata == encoder.parameters.extradata else { return [] }
        hasBegunAnew = true
        taken = 0
        let packets = try encoder.flush()
        encoder = next
        return packets
    }

    /// A new encoder begins with a key frame, and outputs that are cut at fixed times want none in between.
    private func mayBeginAnew(at number: Int64) -> Bool {
        guard taken > Self.reordering else { return false }
        return configuration.keyFrameInterval == nil || encoder.isKeyFrameDue(at: number)
    }

    /// By how many pictures decoding times lie before the pictures' own at most (x264 with a pyramid of B-frames).
    ///
    /// An encoder that has taken no more leaves the times before its last picture to nobody: those of the next, which are to
    /// follow, would come to lie behind its pictures' own.
    private static let reordering = 2

    /// The first decoding times of an encoder are guesses, which may lie before the last of the encoder before it.
    private func inOrder(_ packets: [EncodedPacket]) -> [EncodedPacket] {
        packets.map { packet in
            var packet = packet
            if lastDTS != .min { packet.dts = max(packet.dts, lastDTS + 1) }
            lastDTS = packet.dts
            return packet
        }
    }

    private func number(of frame: Int64) -> Int64 { frame * Int64(plan.framerate) / rate }
}

/// Encodes one form of the sound.
///
/// Confined to the recording's thread.
final class AudioEncoding {
    let plan: AudioPlan
    private var encoder: AudioEncoder

    init(_ plan: AudioPlan) throws(MediaError) {
        self.plan = plan
        encoder = try AudioEncoder(plan.encoderConfiguration)
    }

    var parameters: StreamParameters { encoder.parameters }

    /// Takes the sound that follows what was taken before.
    func encode(_ sound: AudioFrame) throws(MediaError) -> [EncodedPacket] { try encoder.encode(sound) }

    func flush() throws(MediaError) -> [EncodedPacket] { try encoder.flush() }
}

extension VideoPlan {
    var size: SceneSize { SceneSize(width: width, height: height) }

    /// How many frames of a recording that makes `rate` a second lie between its key frames; nil if they have no places, or none
    /// that the recording's frames lie at.
    func cutDistance(at rate: Int) -> Int64? {
        guard framerate == rate, let keyFrameInterval else { return nil }
        return max(1, Int64((min(keyFrameInterval, 86_400) * Double(rate)).rounded()))
    }

    /// More make slices or delays that are worth nothing (x264 frame threads: one picture each).
    private static let mostThreads = 16

    fileprivate var encoderConfiguration: VideoEncoderConfiguration {
        let h264: VideoEncoderConfiguration.H264Profile =
            switch profile {
            case .baseline: .baseline
            case .main: .main
            case .high: .high
            }
        var configuration = VideoEncoderConfiguration(
            format: .h264(h264),
            width: width,
            height: height,
            framesPerSecond: framerate,
            bitrate: bitrate * 1000
        )
        configuration.keyFrameInterval = keyFrameInterval
        // Who asks for an interval cuts there: key frames have their places in time then, and no others.
        configuration.hasSceneCut = keyFrameInterval == nil
        if let rateBuffer { configuration.bufferMilliseconds = Int((rateBuffer * 1000).rounded()) }
        configuration.isConstantRate = isConstantRate
        configuration.threads = min(
            Self.mostThreads,
            VideoEncoderConfiguration.threads(width: width, height: height, framesPerSecond: framerate)
        )
        return configuration
    }
}

extension AudioPlan {
    fileprivate var encoderConfiguration: AudioEncoderConfiguration {
        let encoderFormat: AudioEncoderConfiguration.Format =
            switch format {
            case .aac: .aac
            case .opus: .opus
            case .mp3: .mp3
            }
        return AudioEncoderConfiguration(
            format: encoderFormat,
            layout: AudioLayout(sampleRate: frequency, channels: 2),
            bitrate: bitrate * 1000
        )
    }
}
