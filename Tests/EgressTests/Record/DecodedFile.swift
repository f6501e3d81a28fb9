import Media
import MediaWire
import TestKit

/// A recording, decoded again.
struct DecodedFile {
    var labels: [TestPattern.Label?] = []
    var pictures: [(seconds: Double, luma: Double)] = []
    /// The first channel at 48 kHz.
    var samples: [Float] = []
    /// When the first sample is heard, in seconds.
    var soundStart = 0.0

    /// Decodes a file with picture and sound.
    init(path: String) throws {
        var demuxer = try Demuxer(path: path)
        guard let video = demuxer.first(.video), let audio = demuxer.first(.audio) else { return }
        var videoDecoder = try VideoDecoder(parameters: video.parameters)
        var audioDecoder = try AudioDecoder(parameters: audio.parameters)
        while let packet = try demuxer.next() {
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            if packet.stream == video.index {
                for frame in try videoDecoder.decode(packet.content.data, pts: pts) { add(frame) }
            } else {
                for frame in try audioDecoder.decode(packet.content.data, pts: pts) { add(frame) }
            }
        }
        for frame in videoDecoder.flush() { add(frame) }
        for frame in audioDecoder.flush() { add(frame) }
    }

    private mutating func add(_ frame: VideoFrame) {
        labels.append(TestPattern.label(of: frame))
        pictures.append((frame.pts?.seconds ?? -1, FrameProbe.meanLuma(frame)))
    }

    private mutating func add(_ frame: AudioFrame) {
        if samples.isEmpty { soundStart = frame.pts?.seconds ?? 0 }
        frame.withSamples(0) { samples.append(contentsOf: $0) }
    }
}
