import Media
import MediaWire
import TestKit

@testable import Ingress

/// Pictures that cost an encoder something: a moving slope under noise.
struct NoisyMaterial {
    var width: Int
    var height: Int
    /// Different pictures; they come round and round.
    private static let count = 15

    /// 30 pictures a second, encoded so well that their noise survives.
    func video(seconds: Int) throws -> [TimedEvent] {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.baseline),
            width: width,
            height: height,
            framesPerSecond: 30,
            bitrate: 4_000_000
        )
        configuration.isLowLatency = true
        configuration.preset = "ultrafast"
        configuration.threads = 1
        var encoder = try VideoEncoder(configuration)
        var generator = SeededGenerator(seed: 7)
        let pictures = (0..<Self.count).map { picture($0, &generator) }
        var events = [TimedEvent(time: .zero, event: .track(InputTrack(format: .h264, width: width, height: height)))]
        for number in 0..<seconds * 30 {
            for packet in try encoder.encode(pictures[number % Self.count], pts: Int64(number)) {
                events.append(
                    TimedEvent(time: .seconds(Double(packet.dts) / 30), event: .sample(.video, packet))
                )
            }
        }
        return events
    }

    private func picture(_ number: Int, _ generator: inout SeededGenerator) -> VideoFrame {
        var buffer = VideoFrameBuffer(width: width, height: height)
        buffer.withMutablePlanes { planes in
            planes.fill(y: 128, u: 120, v: 140)
            for row in 0..<height {
                let line = planes.y.row(row)
                // Blocks of noise rather than single samples: what a camera's texture looks like.
                for column in stride(from: 0, to: width, by: 4) {
                    let base = 60 + (column + number * 8) % 120
                    let noise = Int.random(in: -12...12, using: &generator)
                    for x in column..<min(width, column + 4) { line[x] = UInt8(base + noise) }
                }
            }
        }
        return buffer.freeze()
    }
}
