import Media
import MediaWire

/// Encodes finished frames and mixed sound and writes them into the file.
struct RecordingWriter: ~Copyable {
    private var video: VideoEncoder?
    private var audio: AudioEncoder?
    private var muxer: Muxer?

    /// Creates the file.
    init(plan: RecordingPlan, path: String) throws(MediaError) {
        video = try plan.video.map { plan throws(MediaError) in try VideoEncoder(plan.encoderConfiguration) }
        audio = try plan.audio.map { plan throws(MediaError) in try AudioEncoder(plan.encoderConfiguration) }
        muxer = try Muxer(
            path: path,
            format: .fragmentedMP4(fragmentDuration: fragmentDuration),
            video: video?.parameters,
            audio: audio?.parameters
        )
    }

    /// Writes a picture as the frame of this number.
    mutating func write(_ frame: VideoFrame, frame number: Int64) throws(MediaError) {
        for packet in try video?.encode(frame, pts: number) ?? [] { try muxer?.write(packet, to: .video) }
    }

    /// Writes the sound that follows what was written before.
    mutating func write(_ sound: AudioFrame) throws(MediaError) {
        for packet in try audio?.encode(sound) ?? [] { try muxer?.write(packet, to: .audio) }
    }

    /// Writes what the encoders hold and completes the file.
    mutating func finish() throws(MediaError) {
        for packet in try video?.flush() ?? [] { try muxer?.write(packet, to: .video) }
        for packet in try audio?.flush() ?? [] { try muxer?.write(packet, to: .audio) }
        try muxer.take()?.finish()
    }
}

/// What a crash may cost, besides the recording's latency, what the encoder holds (about half a second), and how late frames
/// are on a busy machine (half a second at most): together they have to stay below two seconds.
///
/// A fragment's header takes some 300 bytes, and only until the file is rewritten.
private let fragmentDuration = Duration.milliseconds(200)

extension VideoPlan {
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
        configuration.threads = threads
        return configuration
    }

    /// As few threads as keep up: every further one costs time and delay.
    ///
    /// x264 veryfast takes about half a core for 720p at 30
    /// frames a second; one thread is trusted with 1.2 times that much.
    private var threads: Int {
        let rate = Double(width * height * framerate)
        return min(16, max(1, Int((rate / (1280 * 720 * 30 * 1.2)).rounded(.up))))
    }
}

extension AudioPlan {
    fileprivate var encoderConfiguration: AudioEncoderConfiguration {
        AudioEncoderConfiguration(
            format: format == .aac ? .aac : .opus,
            layout: AudioLayout(sampleRate: frequency, channels: 2),
            bitrate: bitrate * 1000
        )
    }
}
