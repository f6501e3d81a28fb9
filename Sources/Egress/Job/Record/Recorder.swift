import JobProcess
import Logging
import Media
import MediaWire
import Scene
import Synchronization

/// Makes the recording: one thread that, at every tick of the output's frame rate, draws the room as it was a fixed time ago,
/// mixes the sound up to the same instant, encodes both, takes what is written as it comes, and gives all of it to the outputs.
///
/// The thread is the only owner of canvases, mixer and encoders, so none of them knows of locks. Pictures come to it
/// decoded (`PictureStore`), sound encoded (`AudioTrack`), the room and its layout by `SceneHistory`.
final class Recorder: Sendable {
    /// What a recorder is made of.
    struct Configuration: Sendable {
        var wiring: JobWiring
        var history: SceneHistory
        var inputs: RecorderInputs
        /// Makes the output of this number.
        var makeOutput: @Sendable (Int, OutputPlan) throws(JobFailure) -> any RecordingOutput
        /// The clock of the session.
        var now: @Sendable () -> Instant
        /// Lets that much of the clock's time pass.
        var sleep: @Sendable (Duration) -> Void
        /// The time of day of an instant of the session, in Unix nanoseconds.
        var unixNanoseconds: @Sendable (Instant) -> Int64
        /// How many threads an encoder may use at most.
        var cores: Int
        var logger: Logger
    }

    /// Whom the recording's thread tells what happens.
    struct Callbacks: Sendable {
        /// An output of this number has failed, or has something to say.
        var report: @Sendable (Int, OutputReport) -> Void
        /// Media moves; about once a second.
        var progress: @Sendable () -> Void = {}
        /// Everything has been handed to the outputs, which only have to settle; the last that is said.
        var drained: @Sendable () -> Void
    }

    private struct State {
        var end: Instant?
        var outputs: [any RecordingOutput] = []
    }

    private let configuration: Configuration
    private let state = Mutex(State())

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    /// The outputs, once it has started.
    var outputs: [any RecordingOutput] { state.withLock { $0.outputs } }

    /// Begins with this instant of the session; to be called once.
    func start(at origin: Instant, _ callbacks: Callbacks) {
        _ = WorkThread(name: "record") { [configuration, self] in
            let outputs = makeOutputs(callbacks)
            self.state.withLock { $0.outputs = outputs.map(\.output) }
            let fanout = PacketFanout(
                outputs,
                origin: configuration.unixNanoseconds(origin),
                report: callbacks.report
            )
            let loop = RecordingLoop(configuration, fanout: fanout, origin: origin, progress: callbacks.progress)
            loop.run(until: { self.state.withLock { $0.end } })
            callbacks.drained()
        }
    }

    /// The recording ends with this instant.
    func finish(at time: Instant) {
        state.withLock { $0.end = $0.end ?? time }
    }

    private func makeOutputs(
        _ callbacks: Callbacks
    ) -> [(index: Int, wiring: OutputWiring, output: any RecordingOutput)] {
        configuration.wiring.outputs.enumerated().compactMap { index, wiring in
            do throws(JobFailure) {
                return (index, wiring, try configuration.makeOutput(index, wiring.output))
            } catch {
                callbacks.report(index, .failed(error))
                return nil
            }
        }
    }
}
