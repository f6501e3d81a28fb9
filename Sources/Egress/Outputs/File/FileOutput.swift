import JobProcess
import LiveKitProtocol
import Media
import MediaWire
import Storage

/// One file.
///
/// While it is written it lies in the job's folder and can be played up to its last second. To a remote storage it goes up as it
/// grows. In the end a local MP4 gets its index at the beginning and moves to its place; an uploaded one stays in fragments and gets
/// its length into its head.
final class FileOutput: RecordingOutput, @unchecked Sendable {
    // Sendable: what changes is touched by the recording's thread alone, which hands it to the finishing thread in
    // `finish`; the rest locks itself.

    private let plan: FilePlan
    private let output: OutputPlan
    private let context: OutputContext
    private let store: any OutputStore
    private let pending = PendingWork()

    private var muxer: Muxer?
    private var file: WrittenFile?
    private var growing: (any GrowingFile)?
    private var announced: Int64 = 0
    private var hasMedia = false

    /// - Throws: 400 if the file cannot be where it is asked for.
    init(plan: FilePlan, output: OutputPlan, context: OutputContext) throws(JobFailure) {
        self.plan = plan
        self.output = output
        self.context = context
        // The extension may not be known yet, but the folder is.
        let key = FileNames(context.names).file(plan.path, fileExtension: plan.format?.rawValue ?? "mkv")
        try OutputStores.check(key, of: output, context)
        store = try context.stores.store(for: output, context)
        context.manifest.expect()
    }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        let format = plan.format ?? FilePlan.Format(video: video, audio: audio)
        let file = WrittenFile(
            path: context.stores.workPath("file.\(format.rawValue)", context),
            key: FileNames(context.names).file(plan.path, fileExtension: format.rawValue),
            format: format,
            contentType: format.contentType(hasVideo: video != nil),
            origin: origin
        )
        do throws(MediaError) {
            muxer = try Muxer(path: file.path, format: format.muxerFormat, video: video, audio: audio)
        } catch {
            throw JobFailure(writing: error)
        }
        self.file = file
        growing = store.growing(file.path, as: file.key, contentType: file.contentType)
        var info = Livekit_FileInfo()
        info.filename = file.key
        info.startedAt = origin
        context.report(.file(info))
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {
        guard muxer != nil else { return }
        do throws(MediaError) {
            try muxer?.write(packet, to: kind)
        } catch {
            throw JobFailure(writing: error)
        }
        hasMedia = true
        let length = muxer?.bytesWritten ?? 0
        guard length - announced >= Self.announcement else { return }
        announced = length
        growing?.grown(to: length)
    }

    func finish(at seconds: Double) throws(JobFailure) {
        guard let muxer = muxer.take(), let file, let growing else { return }
        pending.begin()
        var failure: JobFailure?
        do throws(MediaError) {
            try muxer.finish()
        } catch {
            failure = JobFailure(writing: error)
        }
        let completion = FileCompletion(
            file: file,
            hasMedia: hasMedia,
            isLocal: output.storage == .local,
            store: store,
            growing: growing,
            context: context,
            pending: pending
        )
        self.growing = nil
        // It may copy hours of recording.
        _ = WorkThread(name: "file-finish") { completion.run() }
        if let failure { throw failure }
    }

    func settle() async {
        await pending.wait()
        await context.manifest.close(output, store, beside: file?.key ?? "", context)
    }

    /// Bytes after which the storage is told that the file has grown: far below a part of an upload, far above a packet.
    private static let announcement: Int64 = 64 * 1024
}

/// A file in the job's folder.
struct WrittenFile: Sendable {
    var path: String
    /// What it will be called.
    var key: String
    var format: FilePlan.Format
    var contentType: String
    /// Unix nanoseconds of media time 0.
    var origin: Int64
}
