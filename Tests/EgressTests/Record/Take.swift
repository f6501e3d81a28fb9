import Foundation
import LiveKitProtocol
import Logging
import Media
import MediaWire
import Storage
import Synchronization

@testable import Egress

/// One recording in a test, from its first frame to its outputs being done.
final class Take: Sendable {
    private let reports = Mutex<[(index: Int, report: OutputReport)]>([])

    /// Records `seconds` of what `live` sends; outputs are real ones unless `outputs` has them.
    static func record(
        _ wirings: [OutputWiring],
        _ live: Live,
        seconds: Int,
        folder: String,
        outputs: [CapturingOutput] = [],
        cores: Int = 1
    ) async throws -> Take {
        let take = Take()
        let context = take.context(folder)
        try? FileManager.default.createDirectory(atPath: context.workFolder, withIntermediateDirectories: true)
        try? FileManager.default.createDirectory(atPath: context.recordings, withIntermediateDirectories: true)
        let recorder = Recorder(
            Recorder.Configuration(
                wiring: JobWiring(outputs: wirings),
                history: live.history,
                inputs: live.inputs,
                makeOutput: { index, plan throws(JobFailure) in
                    if index < outputs.count { return outputs[index] }
                    var context = context
                    context.report = { report in take.reports.withLock { $0.append((index, report)) } }
                    return try OutputFactory.make(plan, context: context)
                },
                now: { live.now },
                sleep: { live.pass($0) },
                unixNanoseconds: { $0.nanoseconds },
                cores: cores,
                logger: context.logger
            )
        )
        recorder.finish(at: Live.origin + .seconds(seconds))
        await withCheckedContinuation { continuation in
            recorder.start(
                at: Live.origin,
                Recorder.Callbacks(
                    report: { index, report in take.reports.withLock { $0.append((index, report)) } },
                    drained: { continuation.resume() }
                )
            )
        }
        for output in recorder.outputs { await output.settle() }
        return take
    }

    private func context(_ folder: String) -> OutputContext {
        OutputContext(
            egressID: "EG_1",
            workFolder: folder + "/work",
            recordings: folder + "/out",
            names: FileNameValues(roomID: "RM_1", roomName: "r", unixMilliseconds: 0),
            report: { _ in },
            now: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    var files: [Livekit_FileInfo] {
        reports.withLock { $0.compactMap { if case .file(let info) = $0.report { info } else { nil } } }
    }

    var failures: [JobFailure] {
        reports.withLock { $0.compactMap { if case .failed(let failure) = $0.report { failure } else { nil } } }
    }

    var notes: [String] {
        reports.withLock { $0.compactMap { if case .note(let text) = $0.report { text } else { nil } } }
    }

    /// The numbers of the outputs that failed.
    var failed: [Int] {
        reports.withLock { $0.compactMap { if case .failed = $0.report { $0.index } else { nil } } }
    }
}

/// An output that keeps what it is given.
final class CapturingOutput: RecordingOutput {
    struct Captured: Sendable {
        var video: [EncodedPacket] = []
        var audio: [EncodedPacket] = []
        var videoParameters: StreamParameters?
        var audioParameters: StreamParameters?
        var heard: [Float] = []
        var heardRight: [Float] = []
        var pictures: [Double] = []
        var mutes: [Bool] = []
        var finishedAt: Double?
        var starts = 0
    }

    private let captured = Mutex(Captured())
    private let failsAfter: Int?

    /// Fails with the packet after so many.
    init(failsAfter: Int? = nil) {
        self.failsAfter = failsAfter
    }

    var content: Captured { captured.withLock { $0 } }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        captured.withLock {
            $0.starts += 1
            $0.videoParameters = video
            $0.audioParameters = audio
        }
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {
        let count = captured.withLock { captured in
            if kind == .video { captured.video.append(packet) } else { captured.audio.append(packet) }
            return captured.video.count + captured.audio.count
        }
        if let failsAfter, count > failsAfter { throw JobFailure(text: "no more", code: 500) }
    }

    func show(_ picture: VideoFrame, at seconds: Double) throws(JobFailure) {
        captured.withLock { $0.pictures.append(seconds) }
    }

    func hear(_ sound: AudioFrame) throws(JobFailure) {
        captured.withLock { captured in
            sound.withSamples(0) { captured.heard.append(contentsOf: $0) }
            sound.withSamples(1) { captured.heardRight.append(contentsOf: $0) }
        }
    }

    func mute(_ isMuted: Bool) {
        captured.withLock { $0.mutes.append(isMuted) }
    }

    func finish(at seconds: Double) throws(JobFailure) {
        captured.withLock { $0.finishedAt = seconds }
    }

    func settle() async {}
}
