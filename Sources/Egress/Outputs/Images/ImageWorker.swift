import JobProcess
import Logging
import Media
import Storage
import Synchronization

/// Makes images of prepared pictures and hands them over, on a thread of its own.
final class ImageWorker: Sendable {
    /// A picture that is to become an image.
    struct Job: Sendable {
        var picture: VideoFrame
        var key: String
        /// Unix nanoseconds.
        var time: Int64
    }

    private struct State {
        var stored: [Manifest.Image] = []
        var failure: JobFailure?
    }

    private let queue = ImageQueue<Job>(capacity: 4)
    private let state = Mutex(State())
    private let store: any OutputStore
    private let context: OutputContext
    private let isReplacing: Bool
    private let pending: PendingWork

    /// Images whose keys are always the same replace each other.
    init(store: any OutputStore, context: OutputContext, isReplacing: Bool, pending: PendingWork) {
        self.store = store
        self.context = context
        self.isReplacing = isReplacing
        self.pending = pending
    }

    /// What is stored, in the order of time; where images replace each other, the last of them.
    var stored: [Manifest.Image] {
        let images = state.withLock { $0.stored.sorted { $0.timestamp < $1.timestamp } }
        return isReplacing ? images.suffix(1) : images
    }

    /// How many images were stored, those replaced since included.
    var count: Int { state.withLock { $0.stored.count } }

    /// Begins.
    func start() {
        pending.begin()
        _ = WorkThread(name: "images") { [self] in
            run()
            pending.end()
        }
    }

    /// Takes a picture; if the worker is too slow, the oldest one waiting goes.
    func add(_ job: Job) {
        queue.push(job)
    }

    /// No more pictures will come.
    func finish() {
        queue.close()
        let dropped = queue.dropped
        if dropped > 0 { context.report(.note("\(dropped) images left out: the machine was too slow")) }
    }

    private func run() {
        var encoder: JPEGEncoder?
        var size: (width: Int, height: Int) = (0, 0)
        while let job = queue.take() {
            do throws(MediaError) {
                let (width, height) = (job.picture.width, job.picture.height)
                if size != (width, height) {
                    encoder = try JPEGEncoder(width: width, height: height)
                    size = (width, height)
                }
                guard let bytes = try encoder?.encode(job.picture) else { continue }
                submit(bytes, job)
            } catch {
                fail(JobFailure(text: "an image cannot be made: \(error)", code: 500))
            }
        }
    }

    private func submit(_ bytes: [UInt8], _ job: Job) {
        pending.begin()
        store.submit(bytes, as: job.key, contentType: "image/jpeg", replacing: isReplacing) { [self] result in
            switch result {
            case .success(let object):
                let image = Manifest.Image(filename: job.key, timestamp: job.time, location: object.location)
                state.withLock { $0.stored.append(image) }
            // A later image has taken its place.
            case .failure(.cancelled): break
            case .failure(let error): fail(JobFailure(error))
            }
            pending.end()
        }
    }

    /// Says the first thing that went wrong.
    private func fail(_ failure: JobFailure) {
        let isFirst = state.withLock { state in
            defer { state.failure = state.failure ?? failure }
            return state.failure == nil
        }
        if isFirst { context.report(.failed(failure)) }
    }
}
