import Logging
import Media
import MediaWire

/// The recording thread's loop, from the first frame to the file in its place.
struct RecordingLoop: ~Copyable {
    private let configuration: Recorder.Configuration
    private let origin: Instant
    private var frames: FrameClock

    init(_ configuration: Recorder.Configuration, origin: Instant) {
        self.configuration = configuration
        self.origin = origin
        frames = FrameClock(origin: origin, rate: configuration.plan.video?.framerate ?? Self.audioOnlyRate)
    }

    /// Records until the time that `end` gives, once it gives one.
    ///
    /// `onDrained` is called when everything is on disk, before the file is rewritten.
    consuming func run(until end: () -> Instant?, onDrained: () -> Void) -> Recorder.Event {
        let failure: JobFailure?
        do {
            try record(until: end)
            failure = nil
        } catch {
            failure = JobFailure(text: "the recording cannot be written: \(error)", code: 500)
        }
        if frames.skipped > 0 {
            configuration.logger.warning(
                "the encoder was too slow: pictures stand longer than they should",
                metadata: ["framesLeftOut": "\(frames.skipped)"]
            )
        }
        logSpans()
        onDrained()
        return publish(failure)
    }

    private mutating func record(until end: () -> Instant?) throws(MediaError) {
        var writer = try RecordingWriter(plan: configuration.plan, path: configuration.path)
        var picture = PictureMaker(configuration)
        var sound = SoundMaker(configuration, origin: origin)
        do {
            while end().map({ frames.time < $0 }) ?? true {
                let wait = frames.due - configuration.now()
                if wait > .zero {
                    // In steps, so that an end that is set meanwhile is seen soon.
                    configuration.sleep(min(wait, .milliseconds(50)))
                    continue
                }
                if let canvas = picture?.draw(at: frames.time) {
                    try writer.write(canvas, frame: frames.frame)
                }
                frames.advance(at: configuration.now())
                // After the advance, so that frames left out do not leave sound out.
                for block in sound?.mix(until: frames.time) ?? [] { try writer.write(block) }
            }
            for block in sound?.finish(at: frames.time) ?? [] { try writer.write(block) }
            try writer.finish()
        } catch {
            // What has been written up to here is worth its completion; the cause is what is reported.
            try? writer.finish()
            throw error
        }
    }

    /// Turns the fragments into a plain MP4 in one step; if that fails, the fragments stay, which play as well.
    private func publish(_ failure: JobFailure?) -> Recorder.Event {
        let path = configuration.path
        let startedAt = configuration.unixNanoseconds(origin)
        do {
            let summary = try Remuxer.faststart(from: path, to: path)
            let file = RecordedFile(path: path, startedAt: startedAt, summary: summary)
            return failure.map { .failed($0, file) } ?? .written(file)
        } catch {
            configuration.logger.warning("the file stays in fragments", metadata: ["reason": "\(error)"])
            guard let summary = try? MediaProbe.summary(of: path) else {
                return .failed(failure ?? JobFailure(text: "the file cannot be completed: \(error)", code: 500), nil)
            }
            var file = RecordedFile(path: path, startedAt: startedAt, summary: summary)
            file.note = "the file stays in fragments: \(error)"
            return failure.map { .failed($0, file) } ?? .written(file)
        }
    }

    private func logSpans() {
        for (source, store) in configuration.inputs.pictures.sorted(by: { $0.key < $1.key }) {
            guard let span = store.span else { continue }
            configuration.logger.info(
                "pictures of a source",
                metadata: [
                    "source": "\(source)",
                    "first": "\((span.first - origin).inSeconds)",
                    "last": "\((span.last - origin).inSeconds)",
                ]
            )
        }
    }

    /// Where there is no picture, sound is mixed ten times a second.
    private static let audioOnlyRate = 10
}

extension RecordedFile {
    init(path: String, startedAt: Int64, summary: MediaSummary) {
        self.init(
            path: path,
            startedAt: startedAt,
            durationNanoseconds: summary.duration.nanoseconds,
            size: summary.size
        )
    }
}
