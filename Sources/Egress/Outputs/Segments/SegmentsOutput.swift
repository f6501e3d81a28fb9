import LiveKitProtocol
import Logging
import Media
import MediaWire
import Storage

/// HLS: segments, a playlist of all of them, and one of the last few.
final class SegmentsOutput: RecordingOutput, @unchecked Sendable {
    // Sendable: what changes is touched by the recording's thread alone; the rest locks itself.

    private let plan: SegmentsPlan
    private let output: OutputPlan
    private let context: OutputContext
    private let store: any OutputStore
    private let names: SegmentNames
    private let publisher: PlaylistPublisher
    private let pending = PendingWork()

    private var writer: SegmentWriter?
    private var origin: Int64 = 0
    private var count = 0
    private var hasWarned = false

    /// - Throws: 400 if the files cannot be where they are asked for.
    init(plan: SegmentsPlan, output: OutputPlan, context: OutputContext) throws(JobFailure) {
        self.plan = plan
        self.output = output
        self.context = context
        do throws(StorageError) {
            names = try FileNames(context.names).segments(
                prefix: plan.filenamePrefix,
                playlist: plan.playlistName,
                livePlaylist: plan.livePlaylistName
            )
        } catch {
            throw JobFailure(error)
        }
        try OutputStores.check(names.playlistKey, of: output, context)
        try OutputStores.check(names.key(names.initialization()), of: output, context)
        store = try context.stores.store(for: output, context)
        publisher = PlaylistPublisher(
            PlaylistPublisher.Configuration(
                names: names,
                segmentDuration: plan.duration,
                liveWindow: plan.liveWindow,
                isLocal: output.storage == .local,
                hasMap: plan.container == .fragmentedMP4
            ),
            store: store,
            context: context,
            pending: pending
        )
        context.manifest.expect()
    }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        self.origin = origin
        let path = context.stores.workPath("segment", context)
        let fileExtension = fileExtension
        do throws(MediaError) {
            writer = try SegmentWriter(
                container: plan.container == .mpegTS ? .mpegTS : .fragmentedMP4,
                duration: plan.duration,
                video: video,
                audio: audio,
                path: { "\(path)-\($0).\(fileExtension)" }
            )
            if let bytes = writer?.initialization { publisher.publish(initialization: bytes) }
        } catch {
            throw JobFailure(writing: error)
        }
        var info = publisher.info
        info.startedAt = origin
        context.report(.segments(info))
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {
        do throws(MediaError) {
            for segment in try writer?.write(packet, of: kind) ?? [] { publish(segment) }
        } catch {
            throw JobFailure(writing: error)
        }
    }

    func finish(at seconds: Double) throws(JobFailure) {
        guard writer != nil else { return }
        var failure: MediaError?
        do throws(MediaError) {
            for segment in try writer?.finish() ?? [] { publish(segment) }
        } catch {
            failure = error
        }
        writer = nil
        publisher.end(after: count)
        if let failure { throw JobFailure(writing: failure) }
    }

    func settle() async {
        await pending.wait()
        let info = publisher.info
        context.report(.segments(info))
        if let playlist = publisher.manifest {
            context.manifest.note(from: info.startedAt, to: info.endedAt)
            context.manifest.add(playlist)
        }
        await context.manifest.close(output, store, beside: names.playlistKey, context)
    }

    private func publish(_ segment: WrittenSegment) {
        count = segment.index + 1
        let limit = Playlist.targetDuration(for: plan.duration)
        if segment.duration.rounded() > Double(limit), !hasWarned {
            hasWarned = true
            let text =
                "a segment lasts \(Playlist.decimal(segment.duration)) s: no key frame came after \(plan.duration) s"
            context.logger.warning("\(text)")
            context.report(.note(text))
        }
        let name: String =
            switch plan.suffix {
            case .index: names.segment(index: segment.index, fileExtension: fileExtension)
            case .timestamp:
                names.segment(
                    unixMilliseconds: origin / 1_000_000 + Int64((segment.start * 1_000).rounded()),
                    fileExtension: fileExtension
                )
            }
        let contentType = plan.container == .mpegTS ? "video/mp2t" : "video/iso.segment"
        publisher.publish(segment, named: name, origin: origin, contentType: contentType)
    }

    private var fileExtension: String { plan.container == .mpegTS ? "ts" : "m4s" }
}
