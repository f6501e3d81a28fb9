import LiveKitProtocol
import Media
import MediaWire
import SwiftProtobuf

enum OutputFactory {
    static func make(_ plan: OutputPlan, context: OutputContext) throws(JobFailure) -> any RecordingOutput {
        guard case .file(let file) = plan.kind else {
            throw JobFailure(text: "this output is not there yet", code: 400)
        }
        return FileOutput(path: "\(context.recordings)/\(file.path)", context: context)
    }
}

/// One file.
final class FileOutput: RecordingOutput, @unchecked Sendable {
    // Sendable: only the recording's thread calls it.
    private let path: String
    private let context: OutputContext
    private var muxer: Muxer?
    private var origin: Int64 = 0

    init(path: String, context: OutputContext) {
        self.path = path
        self.context = context
    }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        self.origin = origin
        do throws(MediaError) {
            muxer = try Muxer(
                path: path,
                format: .fragmentedMP4(fragmentDuration: .milliseconds(200)),
                video: video,
                audio: audio
            )
        } catch { throw JobFailure(text: "the recording cannot be written: \(error)", code: 500) }
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {
        do throws(MediaError) { try muxer?.write(packet, to: kind) } catch {
            throw JobFailure(text: "the recording cannot be written: \(error)", code: 500)
        }
    }

    func finish(at seconds: Double) throws(JobFailure) {
        do throws(MediaError) {
            try muxer.take()?.finish()
            let summary = try Remuxer.faststart(from: path, to: path)
            context.report(
                .file(
                    .with {
                        $0.filename = path
                        $0.location = path
                        $0.startedAt = origin
                        $0.duration = summary.duration.nanoseconds
                        $0.endedAt = origin + summary.duration.nanoseconds
                        $0.size = summary.size
                    }
                )
            )
        } catch { throw JobFailure(text: "the recording cannot be written: \(error)", code: 500) }
    }

    func settle() async {}
}
