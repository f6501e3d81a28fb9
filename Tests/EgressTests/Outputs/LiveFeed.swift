import Foundation
import LiveKitProtocol
import Logging
import Media
import MediaWire
import Storage
import Synchronization
import TestKit

@testable import Egress

/// A recording in real time for outputs under test, with a key frame every second, and what they report.
final class LiveFeed: @unchecked Sendable {  // the encoders are used by one test, one call after another
    let rhythm = BeepAndFlash()
    let reports = Mutex<[OutputReport]>([])
    private var video: VideoEncoder
    private var audio: AudioEncoder
    private var picture = 0
    private var start = ContinuousClock.now

    init() throws {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.baseline),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 400_000
        )
        configuration.threads = 1
        configuration.keyFrameInterval = 1
        configuration.preset = "ultrafast"
        video = try VideoEncoder(configuration)
        audio = try AudioEncoder(
            AudioEncoderConfiguration(format: .aac, layout: AudioLayout(sampleRate: 44_100, channels: 2))
        )
    }

    func context(_ folder: String) -> OutputContext {
        OutputContext(
            egressID: "EG_test",
            workFolder: folder,
            recordings: folder,
            names: FileNameValues(roomID: "RM_test", roomName: "test", unixMilliseconds: 0),
            report: { [self] report in reports.withLock { $0.append(report) } },
            now: { Int64(Date().timeIntervalSince1970 * 1e9) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func begin(_ output: some RecordingOutput) throws {
        start = .now
        try output.start(video: video.parameters, audio: audio.parameters, origin: 0)
    }

    /// Gives `output` what follows for so many seconds, or until `isDone`.
    func run(_ output: some RecordingOutput, seconds: Double, until isDone: () -> Bool = { false }) async throws {
        let pattern = TestPattern(id: 4, width: 320, height: 180)
        let end = picture + Int(seconds * 30)
        while picture < end, !isDone() {
            let due = start + .seconds(Double(picture) / 30)
            try await Task.sleep(until: due, clock: .continuous)
            let isFlashing = rhythm.isFlashing(at: Double(picture) / 30)
            for packet in try video.encode(pattern.frame(picture, isFlashing: isFlashing), pts: Int64(picture)) {
                try output.write(packet, of: .video)
            }
            for packet in try audio.encode(rhythm.sound(from: Int64(picture) * 1600, count: 1600)) {
                try output.write(packet, of: .audio)
            }
            picture += 1
        }
    }

    /// Gives `output` what the encoders hold back, and the end.
    func finish(_ output: some RecordingOutput) throws {
        for packet in try video.flush() { try output.write(packet, of: .video) }
        for packet in try audio.flush() { try output.write(packet, of: .audio) }
        try output.finish(at: Double(picture) / 30)
    }

    /// The last that was told of each stream, by the order in which they came up.
    var streams: [Livekit_StreamInfo] {
        var order: [String] = []
        var last: [String: Livekit_StreamInfo] = [:]
        for case .stream(let info) in reports.withLock({ $0 }) {
            if last[info.id] == nil { order.append(info.id) }
            last[info.id] = info
        }
        return order.compactMap { last[$0] }
    }

    /// What was told of the end of all streams, if anything.
    var end: JobFailure?? {
        for case .allStreamsEnded(let failure) in reports.withLock({ $0 }) { return .some(failure) }
        return nil
    }
}
