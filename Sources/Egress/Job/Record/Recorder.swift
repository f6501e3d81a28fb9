import Logging
import Media
import MediaWire
import Scene
import Synchronization

/// Makes the file: one thread that, at every tick of the output's frame rate, draws the room as it was a fixed time ago, mixes
/// the sound up to the same instant, encodes both and writes them.
///
/// The thread is the only owner of canvas, mixer, encoders and file, so none of them knows of locks. Pictures come to it
/// decoded (`PictureStore`), sound encoded (`AudioTrack`), the room and its layout by `SceneHistory`.
final class Recorder: Sendable {
    /// What becomes of the file.
    enum Event: Sendable {
        /// The file is complete in its place.
        case written(RecordedFile)
        /// Writing failed; the file holds what was recorded before, if anything was.
        case failed(JobFailure, RecordedFile?)
    }

    /// What a recorder is made of.
    struct Configuration: Sendable {
        var plan: RecordingPlan
        /// Where the file is written, absolute.
        var path: String
        var history: SceneHistory
        var inputs: RecorderInputs
        /// The clock of the session.
        var now: @Sendable () -> Instant
        /// Lets that much of the clock's time pass.
        var sleep: @Sendable (Duration) -> Void
        /// The time of day of an instant of the session, in Unix nanoseconds.
        var unixNanoseconds: @Sendable (Instant) -> Int64
        var logger: Logger
    }

    private let configuration: Configuration
    private let end = Mutex<Instant?>(nil)

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// Begins the file with this instant of the session; to be called once.
    ///
    /// `onDrained` is called once everything is on disk and is only to be rewritten, `onEvent` once at the end; both from the
    /// thread.
    func start(
        at origin: Instant,
        onDrained: @escaping @Sendable () -> Void = {},
        onEvent: @escaping @Sendable (Event) -> Void
    ) {
        _ = WorkThread(name: "record") { [configuration, self] in
            let loop = RecordingLoop(configuration, origin: origin)
            onEvent(loop.run(until: { self.end.withLock { $0 } }, onDrained: onDrained))
        }
    }

    /// The recording ends with this instant.
    func finish(at time: Instant) {
        end.withLock { $0 = $0 ?? time }
    }
}
