import Logging
import Media
import MediaWire
import Scene

/// The recording thread's loop, from the first frame to the last packet.
struct RecordingLoop: ~Copyable {
    /// When an output of images gets its next picture.
    private struct ImageSchedule {
        let index: Int
        let maker: PictureMaker
        let interval: Duration
        var next: Instant
    }

    private let configuration: Recorder.Configuration
    private let fanout: PacketFanout
    private let origin: Instant
    private let progress: () -> Void
    private var frames: FrameClock
    private var pace = EncoderPace()
    private var effort = EncoderEffort(presets: VideoEncoding.presets)
    private var makers: [PictureMaker] = []
    private var videos: [VideoEncoding] = []
    private var audios: [AudioEncoding] = []
    private var images: [ImageSchedule] = []
    private var sound: SoundMaker?
    private var passingPictures: PassingPictures?
    private var passingSound: PassingSound?
    private var progressDue = Instant(nanoseconds: .min)
    private var refusal: PassingPictures.Refusal?

    init(
        _ configuration: Recorder.Configuration,
        fanout: PacketFanout,
        origin: Instant,
        progress: @escaping () -> Void
    ) {
        self.configuration = configuration
        self.fanout = fanout
        self.origin = origin
        self.progress = progress
        let wiring = configuration.wiring
        let rates = wiring.renditions.map { if case .video(let plan) = $0 { plan.framerate } else { 0 } }
        let rate = max(rates.max() ?? 0, Self.rateWithoutPicture)
        let cuts = wiring.renditions.compactMap { rendition -> Int64? in
            if case .video(let plan) = rendition { plan.cutDistance(at: rate) } else { nil }
        }
        frames = FrameClock(origin: origin, rate: rate, cuts: cuts)
        for rendition in wiring.renditions { prepare(rendition) }
        for (index, wiring) in wiring.outputs.enumerated() {
            guard case .images(let plan) = wiring.output.kind else { continue }
            images.append(
                ImageSchedule(
                    index: index,
                    maker: maker(of: imageSize(plan, wiring.output)),
                    interval: .nanoseconds(Int64(max(0.1, min(plan.interval, 86_400)) * 1e9)),
                    next: origin
                )
            )
        }
        if wiring.decodesSound {
            sound = SoundMaker(inputs: configuration.inputs, origin: origin, logger: configuration.logger)
        }
    }

    /// Records until the time that `end` gives, once it gives one.
    consuming func run(until end: () -> Instant?) {
        while end().map({ frames.time < $0 }) ?? true {
            let wait = frames.due - configuration.now()
            if wait > .zero {
                // In steps, so that an end that is set meanwhile is seen soon.
                configuration.sleep(min(wait, Self.step))
                continue
            }
            makePictures()
            let now = configuration.now()
            if videos.contains(where: \.hasBegunAnew) { frames.bePatient(at: now) }
            let before = frames.skipped
            frames.advance(at: now)
            let leftOut = Int(frames.skipped - before)
            if !videos.isEmpty, effort.picture(at: now, leftOut: leftOut) { changeEffort() }
            if pace.asksForThreads(lag: frames.lag(at: now), at: now) { addThreads() }
            // After the advance, so that frames left out do not leave sound out.
            let time = frames.time
            makeSound { $0.mix(until: time) }
            pass(until: time)
            for isMuted in configuration.inputs.takeMutes() { fanout.mute(isMuted) }
            tellProgress(at: now)
        }
        finish()
    }

    private mutating func prepare(_ rendition: Rendition) {
        do throws(MediaError) {
            switch rendition {
            case .video(let plan):
                let encoding = try VideoEncoding(plan, maker: maker(of: plan.size), rate: frames.rate)
                videos.append(encoding)
                fanout.declare(encoding.parameters, for: rendition)
            case .audio(let plan):
                let encoding = try AudioEncoding(plan)
                audios.append(encoding)
                fanout.declare(encoding.parameters, for: rendition)
            case .asSent(.video): passingPictures = PassingPictures(origin: origin)
            case .asSent(.audio):
                passingSound = PassingSound(origin: origin)
                fanout.declare(PassingSound.parameters, for: rendition)
            }
        } catch {
            fanout.fail(rendition, .encoding(error))
        }
    }

    private mutating func maker(of size: SceneSize) -> PictureMaker {
        if let maker = makers.first(where: { $0.size == size }) { return maker }
        let maker = PictureMaker(size: size, history: configuration.history, inputs: configuration.inputs)
        makers.append(maker)
        return maker
    }

    /// The size of a picture that is drawn anyway, if one is; the output scales it.
    private func imageSize(_ plan: ImagesPlan, _ output: OutputPlan) -> SceneSize {
        if let drawn = makers.max(by: { $0.size.width < $1.size.width })?.size { return drawn }
        if let video = output.video { return video.size }
        return SceneSize(width: max(16, plan.width ?? 1280) & ~1, height: max(16, plan.height ?? 720) & ~1)
    }

    private mutating func makePictures() {
        let (time, frame) = (frames.time, frames.frame)
        for maker in makers {
            let encodings = videos.filter { $0.maker === maker && $0.wants(frame: frame) }
            let due = images.indices.filter { images[$0].maker === maker && images[$0].next <= time }
            guard !encodings.isEmpty || !due.isEmpty else { continue }
            let picture = maker.draw(at: time)
            for encoding in encodings {
                write(.video(encoding.plan)) { () throws(MediaError) in try encoding.encode(picture, frame: frame) }
            }
            for index in due {
                fanout.show(picture, at: (time - origin).inSeconds, to: images[index].index)
                // Those that were missed are not made up for.
                while images[index].next <= time { images[index].next += images[index].interval }
            }
        }
    }

    private func addThreads() {
        for encoding in videos {
            guard let threads = encoding.addThreads(limit: configuration.cores) else { continue }
            configuration.logger.info(
                "frames pile up: the encoder gets more threads",
                metadata: ["size": "\(encoding.plan.width)×\(encoding.plan.height)", "threads": "\(threads)"]
            )
        }
    }

    private func changeEffort() {
        for encoding in videos { encoding.use(preset: effort.preset) }
        configuration.logger.info(
            effort.isLess ? "the encoder is too slow: it gets less to do" : "the encoder gets more to do again",
            metadata: ["preset": "\(effort.preset)"]
        )
    }

    private mutating func makeSound(_ make: (inout SoundMaker) -> [AudioFrame]) {
        guard var maker = sound.take() else { return }
        for block in make(&maker) {
            for encoding in audios {
                write(.audio(encoding.plan)) { () throws(MediaError) in try encoding.encode(block) }
            }
            fanout.hear(block)
        }
        sound = consume maker
    }

    private mutating func pass(until time: Instant) {
        let inputs = configuration.inputs
        for item in passingPictures == nil ? [] : inputs.takePassingPictures(before: time) {
            guard let packet = passingPictures?.packet(of: item) else { continue }
            if let parameters = passingPictures?.parameters { fanout.declare(parameters, for: .asSent(.video)) }
            fanout.write(packet, of: .asSent(.video))
        }
        noteRefusal()
        for item in passingSound == nil ? [] : inputs.takePassingSounds(before: time) {
            for packet in passingSound?.packets(of: item) ?? [] { fanout.write(packet, of: .asSent(.audio)) }
        }
        for packet in passingSound?.silence(until: time - Self.soundPatience) ?? [] {
            fanout.write(packet, of: .asSent(.audio))
        }
    }

    private mutating func noteRefusal() {
        guard refusal == nil, let found = passingPictures?.refusal else { return }
        refusal = found
        configuration.logger.warning(
            "the publisher changed to another codec, which the file cannot take as well",
            metadata: ["before": "\(found.expected.rawValue)", "now": "\(found.got.rawValue)"]
        )
        fanout.note(
            "the picture stands from where its codec changed from \(found.expected.mimeType) to \(found.got.mimeType)",
            for: .asSent(.video)
        )
    }

    private func write(_ rendition: Rendition, _ encode: () throws(MediaError) -> [EncodedPacket]) {
        do throws(MediaError) {
            for packet in try encode() { fanout.write(packet, of: rendition) }
        } catch {
            fanout.fail(rendition, .encoding(error))
        }
    }

    private mutating func finish() {
        let time = frames.time
        makeSound { $0.finish(at: time) }
        pass(until: time)
        for packet in passingSound?.silence(until: time) ?? [] { fanout.write(packet, of: .asSent(.audio)) }
        for encoding in videos {
            write(.video(encoding.plan)) { () throws(MediaError) in try encoding.flush() }
        }
        for encoding in audios {
            write(.audio(encoding.plan)) { () throws(MediaError) in try encoding.flush() }
        }
        noteSkipped()
        fanout.finish(at: (time - origin).inSeconds)
        logSpans()
    }

    private func noteSkipped() {
        guard frames.skipped > 0 else { return }
        configuration.logger.warning(
            "the encoder was too slow: pictures stand longer than they should",
            metadata: ["framesLeftOut": "\(frames.skipped)"]
        )
        guard Double(frames.skipped) >= Self.notableShare * Double(frames.frame) else { return }
        for encoding in videos {
            fanout.note(
                "too busy to encode: \(frames.skipped) of \(frames.frame) frames left out",
                for: .video(encoding.plan)
            )
        }
    }

    private mutating func tellProgress(at now: Instant) {
        guard now >= progressDue else { return }
        progressDue = now + .seconds(1)
        progress()
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

    /// Where no picture is encoded, sound and samples are handled ten times a second.
    private static let rateWithoutPicture = 10
    private static let step = Duration.milliseconds(100)
    /// From which share of frames left out on those who asked for the recording are told.
    private static let notableShare = 0.01
    /// How long sound that is written as it comes is waited for before silence takes its place; a packet this late has
    /// been given up by everything before.
    private static let soundPatience = Duration.milliseconds(500)
}

extension JobFailure {
    fileprivate static func encoding(_ error: MediaError) -> JobFailure {
        JobFailure(text: "the recording cannot be encoded: \(error)", code: 500)
    }
}
