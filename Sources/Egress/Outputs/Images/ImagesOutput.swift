import LiveKitProtocol
import Media
import MediaWire
import Storage

/// Still images of the picture, at an interval.
final class ImagesOutput: RecordingOutput, @unchecked Sendable {
    // Sendable: what changes is touched by the recording's thread alone; the rest locks itself.

    private let plan: ImagesPlan
    private let output: OutputPlan
    private let context: OutputContext
    private let store: any OutputStore
    private let names: ImageNames
    private let worker: ImageWorker
    private let pending = PendingWork()

    private var schedule: ImageSchedule
    private var origin: Int64?
    private var count = 0
    private var ended: Int64 = 0

    /// - Throws: 400 if the images cannot be where they are asked for.
    init(plan: ImagesPlan, output: OutputPlan, context: OutputContext) throws(JobFailure) {
        self.plan = plan
        self.output = output
        self.context = context
        names = FileNames(context.names).images(prefix: plan.filenamePrefix)
        try OutputStores.check(names.single, of: output, context)
        store = try context.stores.store(for: output, context)
        worker = ImageWorker(store: store, context: context, isReplacing: plan.suffix == .none, pending: pending)
        schedule = ImageSchedule(interval: plan.interval)
        context.manifest.expect()
    }

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        self.origin = origin
        worker.start()
        context.report(.images(info(isOver: false)))
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {}

    func show(_ picture: VideoFrame, at seconds: Double) throws(JobFailure) {
        guard let origin, schedule.takes(seconds) else { return }
        let size = Self.size(width: plan.width, height: plan.height, of: picture)
        let time = origin + Int64((seconds * 1e9).rounded())
        let key: String =
            switch plan.suffix {
            case .index: names.image(index: count)
            case .timestamp: names.image(unixMilliseconds: time / 1_000_000)
            case .none: names.single
            }
        count += 1
        // Copied here: the canvas is drawn over for the next frame.
        let prepared = JPEGEncoder.prepare(picture, width: size.width, height: size.height)
        worker.add(ImageWorker.Job(picture: prepared, key: key, time: time))
    }

    func finish(at seconds: Double) throws(JobFailure) {
        guard let origin, ended == 0 else { return }
        ended = origin + Int64((seconds * 1e9).rounded())
        worker.finish()
    }

    func settle() async {
        await pending.wait()
        let images = worker.stored
        if let origin { context.manifest.note(from: origin, to: max(origin, ended)) }
        context.manifest.add(images)
        context.report(.images(info(isOver: true)))
        await context.manifest.close(output, store, beside: names.single, context)
    }

    private func info(isOver: Bool) -> Livekit_ImagesInfo {
        var info = Livekit_ImagesInfo()
        info.filenamePrefix = names.prefix
        info.imageCount = Int64(worker.count)
        info.startedAt = origin ?? 0
        info.endedAt = isOver ? ended : 0
        return info
    }

    /// An image's size: what was asked for, what is not asked for by the picture's shape, in even numbers.
    static func size(width: Int?, height: Int?, of picture: VideoFrame) -> (width: Int, height: Int) {
        func even(_ length: Double) -> Int { min(8_192, max(16, Int(length.rounded()) & ~1)) }
        let shape = Double(picture.width) / Double(picture.height)
        switch (width, height) {
        case (let width?, let height?): return (even(Double(width)), even(Double(height)))
        case (let width?, nil): return (even(Double(width)), even(Double(width) / shape))
        case (nil, let height?): return (even(Double(height) * shape), even(Double(height)))
        case (nil, nil): return (even(Double(picture.width)), even(Double(picture.height)))
        }
    }
}
