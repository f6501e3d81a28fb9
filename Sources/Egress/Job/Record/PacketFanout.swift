import Media
import MediaWire

/// Gives every output its packets, and keeps the outputs apart: one that fails is finished and reported, the others go on.
///
/// An output begins once everything it gets has told its parameters. Encoders do at once; what is written as it comes does with its
/// first packet, and until then the other kind's packets wait here. Confined to the recording's thread.
final class PacketFanout {
    private struct Slot {
        let index: Int
        let wiring: OutputWiring
        let output: any RecordingOutput
        var phase = Phase.waiting([])
    }

    private enum Phase {
        /// Parameters are missing; the packets are waiting. → running, finished
        case waiting([Waiting])
        /// → finished
        case running
        case finished
    }

    private struct Waiting {
        var packet: EncodedPacket
        var kind: MediaKind
    }

    private var slots: [Slot]
    private var parameters: [Rendition: StreamParameters] = [:]
    private var absent: Set<Rendition> = []
    /// Unix nanoseconds of media time 0.
    private let origin: Int64
    private let report: (Int, OutputReport) -> Void
    /// Media time up to which packets were written.
    private var seconds = 0.0

    /// - Parameters:
    ///   - outputs: each with its number, by which it is reported.
    ///   - origin: the time of day of media time 0, in Unix nanoseconds.
    ///   - report: told of failures.
    init(
        _ outputs: [(index: Int, wiring: OutputWiring, output: any RecordingOutput)],
        origin: Int64,
        report: @escaping (Int, OutputReport) -> Void
    ) {
        slots = outputs.map { Slot(index: $0.index, wiring: $0.wiring, output: $0.output) }
        self.origin = origin
        self.report = report
        startReady()
    }

    /// A stream has told what it is.
    func declare(_ parameters: StreamParameters, for rendition: Rendition) {
        guard self.parameters[rendition] == nil else { return }
        self.parameters[rendition] = parameters
        startReady()
    }

    /// A packet of a stream.
    func write(_ packet: EncodedPacket, of rendition: Rendition) {
        seconds = max(seconds, Double(packet.pts) / Double(packet.timescale))
        for index in slots.indices where gets(slots[index], rendition) {
            switch slots[index].phase {
            case .finished: break
            case .waiting(var packets):
                packets.append(Waiting(packet: packet, kind: rendition.kind))
                slots[index].phase = .waiting(packets)
                if packets.count > Self.maximumWaiting { startWithoutTheRest(index) }
            case .running: write(packet, rendition.kind, to: index)
            }
        }
    }

    /// An encoder is lost, and with it every output that it feeds.
    func fail(_ rendition: Rendition, _ failure: JobFailure) {
        for index in slots.indices where gets(slots[index], rendition) { fail(index, failure) }
    }

    /// Whoever uses what is made of a stream should know this.
    func note(_ text: String, for rendition: Rendition) {
        for slot in slots where gets(slot, rendition) { report(slot.index, .note(text)) }
    }

    /// A picture for one output of images.
    func show(_ picture: VideoFrame, at seconds: Double, to index: Int) {
        self.seconds = max(self.seconds, seconds)
        attempt(index) { output throws(JobFailure) in try output.show(picture, at: seconds) }
    }

    /// Sound for every WebSocket.
    func hear(_ sound: AudioFrame) {
        for slot in slots {
            guard case .webSocket = slot.wiring.output.kind else { continue }
            attempt(slot.index) { output throws(JobFailure) in try output.hear(sound) }
        }
    }

    /// A mute for every WebSocket.
    func mute(_ isMuted: Bool) {
        for slot in slots {
            guard case .webSocket = slot.wiring.output.kind, case .running = slot.phase else { continue }
            slot.output.mute(isMuted)
        }
    }

    /// Media has ended.
    func finish(at seconds: Double) {
        self.seconds = seconds
        for index in slots.indices {
            if case .waiting(let packets) = slots[index].phase {
                if packets.isEmpty {
                    fail(index, JobFailure(text: "no media was received", code: 412))
                } else {
                    startWithoutTheRest(index)
                }
            }
            guard case .running = slots[index].phase else { continue }
            slots[index].phase = .finished
            do throws(JobFailure) {
                try slots[index].output.finish(at: seconds)
            } catch {
                report(slots[index].index, .failed(error))
            }
        }
    }

    private func gets(_ slot: Slot, _ rendition: Rendition) -> Bool {
        slot.wiring.video == rendition || slot.wiring.audio == rendition
    }

    private func startReady() {
        for index in slots.indices {
            guard case .waiting(let packets) = slots[index].phase else { continue }
            let wiring = slots[index].wiring
            let isComplete = [wiring.video, wiring.audio].compactMap { $0 }.allSatisfy { parameters[$0] != nil }
            if isComplete { start(index, packets) }
        }
    }

    /// A kind that does not come is left out: what has come is not to wait for it for ever.
    private func startWithoutTheRest(_ index: Int) {
        guard case .waiting(let packets) = slots[index].phase else { return }
        let wiring = slots[index].wiring
        for case let rendition? in [wiring.video, wiring.audio] where parameters[rendition] == nil {
            report(slots[index].index, .note("no \(rendition.kind.rawValue): none came when the recording began"))
        }
        start(index, packets)
    }

    private func start(_ index: Int, _ packets: [Waiting]) {
        let slot = slots[index]
        let video = slot.wiring.video.flatMap { parameters[$0] }
        let audio = slot.wiring.audio.flatMap { parameters[$0] }
        slots[index].phase = .running
        do throws(JobFailure) {
            try slot.output.start(video: video, audio: audio, origin: origin)
        } catch {
            return fail(index, error)
        }
        for waiting in packets where (waiting.kind == .video ? video : audio) != nil {
            write(waiting.packet, waiting.kind, to: index)
        }
        let missing = [slot.wiring.video, slot.wiring.audio].compactMap { $0 }.filter { parameters[$0] == nil }
        guard !missing.isEmpty else { return }
        var wiring = slot.wiring
        if let video = wiring.video, missing.contains(video) { wiring.video = nil }
        if let audio = wiring.audio, missing.contains(audio) { wiring.audio = nil }
        slots[index] = Slot(index: slot.index, wiring: wiring, output: slot.output, phase: slots[index].phase)
    }

    private func write(_ packet: EncodedPacket, _ kind: MediaKind, to index: Int) {
        guard case .running = slots[index].phase else { return }
        do throws(JobFailure) {
            try slots[index].output.write(packet, of: kind)
        } catch {
            fail(index, error)
        }
    }

    private func attempt(_ number: Int, _ body: (any RecordingOutput) throws(JobFailure) -> Void) {
        guard let index = slots.firstIndex(where: { $0.index == number }), case .running = slots[index].phase else {
            return
        }
        do throws(JobFailure) {
            try body(slots[index].output)
        } catch {
            fail(index, error)
        }
    }

    /// What the output has is worth its completion; the cause is what is reported.
    private func fail(_ index: Int, _ failure: JobFailure) {
        if case .finished = slots[index].phase { return }
        let hasBegun = if case .running = slots[index].phase { true } else { false }
        slots[index].phase = .finished
        if hasBegun { try? slots[index].output.finish(at: seconds) }
        report(slots[index].index, .failed(failure))
    }

    /// About ten seconds of sound.
    private static let maximumWaiting = 500
}
