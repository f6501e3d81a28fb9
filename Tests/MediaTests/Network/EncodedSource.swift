import Media
import MediaWire
import TestKit

/// Beeps and flashes, encoded as for a live stream.
struct EncodedSource {
    let video: StreamParameters
    let audio: StreamParameters
    /// In the order in which an encoder makes them.
    private(set) var packets: [(kind: MediaKind, packet: EncodedPacket)] = []
    let pictures: Int

    init(seconds: Double = 3) throws {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 600_000
        )
        configuration.threads = 1
        configuration.keyFrameInterval = 1
        var encoder = try VideoEncoder(configuration)
        var sound = try AudioEncoder(
            AudioEncoderConfiguration(format: .aac, layout: AudioLayout(sampleRate: 44_100, channels: 2))
        )
        video = encoder.parameters
        audio = sound.parameters
        pictures = Int(seconds * 30)
        let pattern = TestPattern(id: 4, width: 320, height: 180)
        let source = BeepAndFlash()
        for number in 0..<pictures {
            let isFlashing = source.isFlashing(at: Double(number) / 30)
            for packet in try encoder.encode(pattern.frame(number, isFlashing: isFlashing), pts: Int64(number)) {
                packets.append((.video, packet))
            }
            for packet in try sound.encode(source.sound(from: Int64(number) * 1600, count: 1600)) {
                packets.append((.audio, packet))
            }
        }
        for packet in try encoder.flush() { packets.append((.video, packet)) }
        for packet in try sound.flush() { packets.append((.audio, packet)) }
    }
}
