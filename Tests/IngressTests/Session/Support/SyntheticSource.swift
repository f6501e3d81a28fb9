import Media
import MediaWire
import TestKit

@testable import Ingress

/// A publisher of the test pattern and of beeps, encoded by our own encoders, with a clock that begins anywhere.
struct SyntheticSource {
    var width = 640
    var height = 360
    var framesPerSecond = 30
    /// Whether pictures are reordered, as encoders of recordings do.
    var hasReordering = false
    var keyFrameInterval = 1.0
    /// What the source's clock shows at the start, in milliseconds.
    var clock: Int64 = 0
    var audioLayout = AudioLayout(sampleRate: 48_000, channels: 2)

    /// The stream of pictures, each at the time when it was taken, and its announcement.
    func video(frames: Range<Int>) throws -> [TimedEvent] {
        var configuration = VideoEncoderConfiguration(
            format: hasReordering ? .h264(.main) : .h264(.baseline),
            width: width,
            height: height,
            framesPerSecond: framesPerSecond,
            bitrate: 2_000_000
        )
        configuration.isLowLatency = !hasReordering
        configuration.threads = 1
        configuration.preset = "ultrafast"
        if hasReordering { configuration.preset = "veryfast" }
        configuration.keyFrameInterval = keyFrameInterval
        configuration.hasSceneCut = false
        var encoder = try VideoEncoder(configuration)
        let header = hasReordering ? encoder.parameters.extradata : []
        let track = InputTrack(format: .h264, header: header, width: width, height: height)
        let pattern = TestPattern(id: 3, width: width, height: height)
        var packets: [EncodedPacket] = []
        for number in frames {
            let isFlashing = BeepAndFlash().isFlashing(at: Double(number) / Double(framesPerSecond))
            packets += try encoder.encode(pattern.frame(number, isFlashing: isFlashing), pts: Int64(number))
        }
        packets += try encoder.flush()
        let start = TimedEvent(time: time(of: frames.lowerBound), event: .track(track))
        return [start]
            + packets.map { packet in
                // As containers of streams have them: milliseconds.
                var sample = packet
                sample.timescale = 1_000
                sample.pts = clock + packet.pts * 1_000 / Int64(framesPerSecond)
                sample.dts = clock + packet.dts * 1_000 / Int64(framesPerSecond)
                sample.duration = 0
                return TimedEvent(
                    time: max(.zero, time(of: Int(packet.dts))),
                    event: .sample(.video, sample)
                )
            }
    }

    /// The stream of sound from `seconds.lowerBound` on, and its announcement.
    func audio(seconds: Range<Int>, tone: Double? = nil) throws -> [TimedEvent] {
        let rate = audioLayout.sampleRate
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .aac, layout: audioLayout, bitrate: 192_000))
        let track = InputTrack(
            format: .aac,
            header: encoder.parameters.extradata,
            sampleRate: rate,
            channels: audioLayout.channels
        )
        var packets: [EncodedPacket] = []
        for block in seconds.lowerBound * 50..<seconds.upperBound * 50 {
            packets += try encoder.encode(sound(from: Int64(block * rate / 50), count: rate / 50, tone: tone))
        }
        packets += try encoder.flush()
        return [TimedEvent(time: .seconds(seconds.lowerBound), event: .track(track))]
            + packets.map { packet in
                var sample = packet
                sample.timescale = 1_000
                sample.pts = clock + packet.pts * 1_000 / Int64(rate)
                sample.dts = sample.pts
                let time = Duration.seconds(max(0, Double(packet.pts) / Double(rate)))
                return TimedEvent(time: time, event: .sample(.audio, sample))
            }
    }

    private func sound(from start: Int64, count: Int, tone: Double?) -> AudioFrame {
        let (rate, channels) = (audioLayout.sampleRate, audioLayout.channels)
        guard let tone else {
            return BeepAndFlash().sound(from: start, count: count, sampleRate: rate, channels: channels)
        }
        let lane = ToneProbe.sine(tone, amplitude: 0.3, sampleRate: rate, start: start, count: count)
        return AudioFrame(
            samples: (0..<channels).flatMap { _ in lane },
            channels: channels,
            sampleRate: rate,
            pts: MediaTime(value: start, timescale: Int32(rate))
        )
    }

    private func time(of frame: Int) -> Duration { .seconds(Double(frame) / Double(framesPerSecond)) }
}

extension [TimedEvent] {
    /// Both in the order of their times.
    static func merged(_ first: [TimedEvent], _ second: [TimedEvent]) -> [TimedEvent] {
        (first + second).enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    /// The same, `duration` later.
    func delayed(by duration: Duration) -> [TimedEvent] {
        map { TimedEvent(time: $0.time + duration, event: $0.event) }
    }
}
