import Media
import MediaWire
import TestKit

/// A short recording of beeps and flashes, made as egress makes one.
struct Recording {
    static let width = 320
    static let height = 180
    static let framesPerSecond = 30

    var seconds = 3.0
    var sampleRate = 48_000
    /// Bytes on disk after each video frame was written.
    private(set) var sizes: [Int64] = []

    init(seconds: Double = 3, sampleRate: Int = 48_000) {
        self.seconds = seconds
        self.sampleRate = sampleRate
    }

    /// Writes the recording; if it is left unfinished, the file is as a killed process leaves it.
    mutating func write(to path: String, format: MuxerFormat, isFinished: Bool = true) throws {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: Self.width,
            height: Self.height,
            framesPerSecond: Self.framesPerSecond,
            bitrate: 600_000
        )
        configuration.threads = 1
        var video = try VideoEncoder(configuration)
        let layout = AudioLayout(sampleRate: sampleRate, channels: 2)
        var audio = try AudioEncoder(AudioEncoderConfiguration(format: .aac, layout: layout))
        var muxer = try Muxer(path: path, format: format, video: video.parameters, audio: audio.parameters)
        let pattern = TestPattern(id: 4, width: Self.width, height: Self.height)
        let source = BeepAndFlash()
        for number in 0..<Int(seconds * Double(Self.framesPerSecond)) {
            let isFlashing = source.isFlashing(at: Double(number) / Double(Self.framesPerSecond))
            for packet in try video.encode(pattern.frame(number, isFlashing: isFlashing), pts: Int64(number)) {
                try muxer.write(packet, to: .video)
            }
            let samples = 48_000 / Self.framesPerSecond
            for packet in try audio.encode(source.sound(from: Int64(number * samples), count: samples)) {
                try muxer.write(packet, to: .audio)
            }
            sizes.append(muxer.bytesWritten)
        }
        guard isFinished else { return }
        for packet in try video.flush() { try muxer.write(packet, to: .video) }
        for packet in try audio.flush() { try muxer.write(packet, to: .audio) }
        try muxer.finish()
    }
}

/// A recording decoded again.
struct DecodedRecording {
    var labels: [TestPattern.Label?] = []
    var pictures: [(seconds: Double, luma: Double)] = []
    var samples: [Float] = []
    var soundStart: Double?

    init(path: String) throws {
        var demuxer = try Demuxer(path: path)
        guard let video = demuxer.first(.video), let audio = demuxer.first(.audio) else { return }
        var videoDecoder = try VideoDecoder(parameters: video.parameters)
        var audioDecoder = try AudioDecoder(parameters: audio.parameters)
        while let packet = try demuxer.next() {
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            if packet.stream == video.index {
                try videoDecoder.decode(packet.content.data, pts: pts).forEach { add($0) }
            } else {
                try audioDecoder.decode(packet.content.data, pts: pts).forEach { add($0) }
            }
        }
        videoDecoder.flush().forEach { add($0) }
        audioDecoder.flush().forEach { add($0) }
    }

    private mutating func add(_ frame: VideoFrame) {
        labels.append(TestPattern.label(of: frame))
        pictures.append((frame.pts?.seconds ?? -1, FrameProbe.meanLuma(frame)))
    }

    private mutating func add(_ frame: AudioFrame) {
        soundStart = soundStart ?? frame.pts?.seconds
        frame.withSamples(0) { samples.append(contentsOf: $0) }
    }

    /// How much later than its flash each beep is.
    var offsets: [Double] {
        let source = BeepAndFlash()
        let beeps = source.beepOnsets(samples, sampleRate: 48_000).map { $0 + (soundStart ?? 0) }
        return source.offsets(flashes: source.flashOnsets(pictures), beeps: beeps)
    }
}
