import Foundation
import Media
import MediaWire
import TestKit

@testable import Egress

/// A recording's packets, as its encoders make them, for any output.
struct RecordedMaterial {
    var video: StreamParameters?
    var audio: StreamParameters?
    private var packets: [(kind: MediaKind, packet: EncodedPacket)] = []
    let seconds: Double

    init(
        video format: VideoEncoderConfiguration.Format?,
        audio sound: AudioEncoderConfiguration.Format?,
        seconds: Double = 3,
        keyFrameInterval: Double = 1
    ) throws {
        self.seconds = seconds
        var pictures: VideoEncoder?
        var sounds: AudioEncoder?
        if let format {
            var configuration = VideoEncoderConfiguration(
                format: format,
                width: 320,
                height: 180,
                framesPerSecond: 30,
                bitrate: 600_000
            )
            configuration.threads = 1
            configuration.keyFrameInterval = keyFrameInterval
            configuration.hasSceneCut = false
            pictures = try VideoEncoder(configuration)
            video = pictures?.parameters
        }
        if let sound {
            let layout = AudioLayout(sampleRate: sound == .opus ? 48_000 : 44_100, channels: 2)
            sounds = try AudioEncoder(AudioEncoderConfiguration(format: sound, layout: layout))
            audio = sounds?.parameters
        }
        let pattern = TestPattern(id: 4, width: 320, height: 180)
        let source = BeepAndFlash()
        for number in 0..<Int(seconds * 30) {
            let frame = pattern.frame(number, isFlashing: source.isFlashing(at: Double(number) / 30))
            packets += (try pictures?.encode(frame, pts: Int64(number)) ?? []).map { (.video, $0) }
            let block = source.sound(from: Int64(number) * 1_600, count: 1_600)
            packets += (try sounds?.encode(block) ?? []).map { (.audio, $0) }
        }
        packets += (try pictures?.flush() ?? []).map { (.video, $0) }
        packets += (try sounds?.flush() ?? []).map { (.audio, $0) }
    }

    /// Records into an output from beginning to end.
    func record(into output: any RecordingOutput, origin: Int64 = 1_700_000_000_000_000_000) async throws {
        try output.start(video: video, audio: audio, origin: origin)
        for item in packets { try output.write(item.packet, of: item.kind) }
        try output.finish(at: seconds)
        await output.settle()
    }
}

/// What a file of picture, sound or both decodes to.
struct DecodedMedia {
    var numbers: [Int] = []
    var pictures: [(seconds: Double, luma: Double)] = []
    var samples: [Float] = []
    var soundStart: Double?
    var startsWithKeyFrame: Bool?

    init(path: String) throws {
        var demuxer = try Demuxer(path: path)
        let (videoStream, audioStream) = (demuxer.first(.video), demuxer.first(.audio))
        var video: VideoDecoder?
        var audio: AudioDecoder?
        if let videoStream { video = try VideoDecoder(parameters: videoStream.parameters) }
        if let audioStream { audio = try AudioDecoder(parameters: audioStream.parameters) }
        while let packet = try demuxer.next() {
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            if packet.stream == videoStream?.index {
                startsWithKeyFrame = startsWithKeyFrame ?? packet.content.isKeyFrame
                for frame in try video?.decode(packet.content.data, pts: pts) ?? [] { add(frame) }
            } else {
                for frame in try audio?.decode(packet.content.data, pts: pts) ?? [] { add(frame) }
            }
        }
        for frame in video?.flush() ?? [] { add(frame) }
        for frame in audio?.flush() ?? [] { add(frame) }
    }

    private mutating func add(_ frame: VideoFrame) {
        if let label = TestPattern.label(of: frame) { numbers.append(label.number) }
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
