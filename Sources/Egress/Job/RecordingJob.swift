import JobProcess
import LiveKitProtocol
import Logging
import Media
import MediaWire
import PeerTransportNIO
import RoomClient
import Scene
import Storage
import SwiftProtobuf

/// One egress, from joining the room to its outputs in their places.
///
/// All decisions are made in one place, `handle`, one event at a time: what the room's client, the worker, the tracks, the
/// recorder, the outputs and a clock have to say comes through one stream. Media takes another way, past it:
///
///     RoomClient ─▶ VideoTrack (decoder thread) ─▶ PictureStore ─┐
///                ├▶ AudioTrack ──────────────────────────────────┼─▶ Recorder (one thread) ─▶ PacketFanout ─▶ outputs
///                └▶ PassingTrack (written as it comes) ──────────┤
///     events ─▶ RoomModel ─▶ RecordingSource ─▶ SceneHistory ────┘
final class RecordingJob {
    enum Event: Sendable {
        case room(RoomEvent, Instant)
        case cannotJoin(JobFailure)
        case picture(Instant)
        case sound(Instant, seen: Instant)
        case tick
        case stop(EndReason)
        case layout(String)
        case updateStream(UInt32, Livekit_UpdateStreamRequest)
        case report(Int, OutputReport)
        case drained
        case settled
    }

    let description: JobDescription
    let link: JobLink
    let hub: PeerHub
    let client: RoomClient
    let logger: Logger
    let emit: AsyncStream<Event>.Continuation
    let timeline = SharedTimeline()
    let inputs = RecorderInputs()
    let history = SceneHistory()
    private let events: AsyncStream<Event>
    private let settling:
        (stream: AsyncStream<[any RecordingOutput]>, continuation: AsyncStream<[any RecordingOutput]>.Continuation)
    private let clock: JobClock
    private let ticks = TickRate()
    private let startedAt: Instant

    var room = RoomModel()
    var source: any RecordingSource
    var choice = SourceChoice(phase: .waiting)
    /// Known once the source is there.
    var wiring: JobWiring?
    /// Since when the source is there without its codecs being known.
    var readySince: Instant?
    var planner: SubscriptionPlanner
    var subscriber = TrackSubscriber()
    var hold = PictureHold()
    var isPictureShown: Bool?
    var isMuted = false
    var lookahead = SceneState()
    var scene: Scene
    private var info: Livekit_EgressInfo
    private var results: JobResults
    private var machine: JobStateMachine
    private var recorder: Recorder?
    /// The output of streams with its number, made before the others if it is to be changed before the recording starts.
    private var streams: (index: Int, output: StreamOutput)?
    private var isInRoom = false
    private var isOver = false
    /// Results that the worker has not been told of yet.
    private var hasNews = false
    private var reportedAt: Instant

    init(_ description: JobDescription, link: JobLink, hub: PeerHub, logger: Logger) throws {
        let plan = description.plan
        self.description = description
        self.link = link
        self.hub = hub
        self.logger = logger
        info = try Livekit_EgressInfo(serializedBytes: description.info)
        startedAt = hub.now
        reportedAt = hub.now
        clock = JobClock(now: hub.now)
        (events, emit) = AsyncStream.makeStream(of: Event.self)
        settling = AsyncStream.makeStream(of: [any RecordingOutput].self)
        client = RoomClient(
            configuration: RoomClientConfiguration(
                url: description.url,
                token: description.token,
                // As long as the recording's latency allows: waiting costs nothing.
                jitterBufferDepth: .milliseconds(450),
                maximumJitterBufferDepth: .milliseconds(450)
            ),
            hub: hub,
            logger: logger
        )
        scene = Scene.stock(named: plan.layout)
        source = plan.source.makeSource(audio: plan.wantsAudio, video: plan.wantsVideo)
        planner = SubscriptionPlanner(recordsAudio: plan.wantsAudio, recordsVideo: plan.wantsVideo)
        machine = JobStateMachine(recordsVideo: plan.wantsVideo, recordsAudio: plan.wantsAudio)
        results = JobResults(plan.outputs)
    }

    /// Records; returns when the egress is over and the worker has been told.
    func run() async {
        listen()
        let (client, hub, emit, settling, ticks) = (client, hub, emit, settling.stream, ticks)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do throws(RoomClientError) {
                    try await client.connect()
                } catch {
                    emit.yield(.cannotJoin(JobFailure(joining: error)))
                }
            }
            group.addTask {
                for await event in client.events { emit.yield(.room(event, hub.now)) }
            }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: ticks.interval)
                    emit.yield(.tick)
                }
            }
            group.addTask {
                for await outputs in settling {
                    await withTaskGroup(of: Void.self) { group in
                        for output in outputs { group.addTask { await output.settle() } }
                    }
                    emit.yield(.settled)
                }
            }
            for await event in events {
                handle(event, at: hub.now)
                if isOver { break }
            }
            group.cancelAll()
            await client.disconnect()
        }
    }

    /// The worker speaks on a thread of its own.
    ///
    /// One that is gone cannot stop us any more, so that is the end.
    private func listen() {
        _ = WorkThread(name: "worker link") { [link, emit] in
            while let message = link.receive() {
                switch message {
                case .stop(let reason): emit.yield(.stop(reason))
                case .layout(let layout): emit.yield(.layout(layout))
                case .updateStream(let number, let request): emit.yield(.updateStream(number, request))
                case .start, .salvage, .info, .rewriting, .answer, .progress, .superseded, .ready: break
                }
            }
            emit.yield(.stop(.killed))
        }
    }

    private func handle(_ event: Event, at now: Instant) {
        switch event {
        case .room(let event, let time): handle(event, at: time)
        case .cannotJoin(let failure): perform(machine.failed(failure))
        case .picture(let time): perform(machine.pictureDecoded(for: time))
        case .sound(let time, let seen): perform(machine.soundReceived(for: time, at: seen))
        case .tick: tick(at: now)
        case .stop(let reason): perform(machine.stop(reason, at: now))
        case .layout(let name):
            scene = Scene.stock(named: name)
            roomChanged(at: now)
        case .updateStream(let number, let request): updateStreams(number, request)
        case .report(let index, let report): take(report, of: index, at: now)
        case .drained:
            machine.drained()
            link.send(.rewriting)
            settling.continuation.yield(recorder?.outputs ?? [])
        case .settled: perform(machine.written())
        }
    }

    private func handle(_ event: RoomEvent, at now: Instant) {
        if case .joined(let snapshot) = event {
            isInRoom = true
            info.roomID = snapshot.room.sid
        }
        if room.apply(event, at: now) { roomChanged(at: now) }
        switch event {
        case .participantLeft(let sid, _): timeline.remove(participant: sid.rawValue)
        case .subscriptionFailed(let track, let reason):
            logger.warning("a track cannot be recorded", metadata: ["track": "\(track)", "reason": "\(reason)"])
            if needs(track: track.rawValue) { perform(machine.sourceFailed(.subscriptionFailed, at: now)) }
        case .localParticipantUpdated(let own):
            if let layout = LayoutMetadata.layout(in: own.metadata) { handle(.layout(layout), at: now) }
        case .connectionState(let state): logger.info("connection to the room", metadata: ["state": "\(state)"])
        case .disconnected(let reason, let text):
            logger.info("the room is over", metadata: ["reason": "\(reason)", "text": "\(text)"])
            switch SessionEnd(reason) {
            case .closed: perform(machine.disconnected(nil, at: now))
            case .lost: perform(machine.disconnected(.connectionLost, at: now))
            case .superseded: perform(machine.superseded())
            }
        default: break
        }
    }

    private func tick(at now: Instant) {
        if let limit = description.limit, now - startedAt >= .nanoseconds(Int64(min(limit, 1e9) * 1e9)) {
            perform(machine.stop(.limitReached, at: now))
        }
        evaluate(at: now)
        perform(machine.tick(at: now, expectsPicture: expectsPicture))
        if hasNews, now - reportedAt >= Self.reportInterval { report() }
    }

    private func roomChanged(at now: Instant) {
        if wiring != nil { recordScene(at: now) }
        evaluate(at: now)
    }

    /// Asks the source how it stands, and acts upon it.
    private func evaluate(at now: Instant) {
        guard isInRoom, !isOver else { return }
        choice = source.choose(from: room, at: now)
        switch choice.phase {
        case .waiting: return
        case .failed(let failure): return perform(machine.sourceFailed(failure, at: now))
        case .over: return perform(machine.disconnected(nil, at: now))
        case .ready: break
        }
        if wiring == nil, !knowsCodecs(at: now) { return }
        if wiring == nil {
            do throws(JobFailure) {
                let wiring = try JobWiring(description.plan, choice)
                self.wiring = wiring
                machine.records(video: wiring.recordsVideo, audio: wiring.recordsAudio)
                if let note = wiring.note(choice) { _ = results.take(.note(note), of: 0) }
            } catch {
                return perform(machine.failed(error))
            }
            recordScene(at: now)
            perform(machine.joined(at: now))
        }
        subscribe(at: now)
    }

    private func perform(_ action: JobStateMachine.Action) {
        switch action {
        case .none: break
        case .start(let origin):
            info.begin(at: clock.unixNanoseconds(of: origin))
            report()
            start(at: origin)
            ticks.recordingStarted()
        case .finish(let time):
            recorder?.finish(at: time)
            info.ending(at: clock.unixNanoseconds(of: time))
            report()
        case .conclude(let outcome):
            results.fill(&info)
            info.conclude(outcome, at: clock.unixNanoseconds(of: hub.now))
            report()
            isOver = true
        case .vanish:
            logger.warning("another recorder has joined as this egress: leaving it alone")
            link.send(.superseded)
            isOver = true
        }
    }

    private func take(_ report: OutputReport, of index: Int, at now: Instant) {
        if case .failed(let failure) = report {
            logger.error("an output is lost", metadata: ["output": "\(index)", "reason": "\(failure.text)"])
        }
        hasNews = true
        switch results.take(report, of: index) {
        case .none, .changed: break
        case .lost(let failure, let isLast): perform(machine.outputLost(failure, isLast: isLast, at: now))
        case .allStreamsStopped: perform(machine.stop(.allStreamsStopped, at: now))
        }
    }

    private func report() {
        results.fill(&info)
        info.updatedAt = max(info.updatedAt, clock.unixNanoseconds(of: hub.now))
        // The worker is gone: the next one will read how this ended.
        if !link.send(.info(info)) { JobFolder(path: description.workFolder).keep(info) }
        hasNews = false
        reportedAt = hub.now
    }

    /// Results change with every segment and image; nobody needs to know sooner.
    private static let reportInterval = Duration.seconds(1)
}

// MARK: - Outputs

extension RecordingJob {
    private func start(at origin: Instant) {
        guard let wiring else { preconditionFailure("a recording starts when its source is there") }
        let recorder = Recorder(
            Recorder.Configuration(
                wiring: wiring,
                history: history,
                inputs: inputs,
                makeOutput: outputMaker(startedAt: clock.unixNanoseconds(of: origin)),
                now: { [hub] in hub.now },
                sleep: { WorkThread.sleep(for: $0) },
                unixNanoseconds: { [clock] in clock.unixNanoseconds(of: $0) },
                cores: Int(ProcessTable.cores().rounded(.up)),
                logger: logger
            )
        )
        self.recorder = recorder
        recorder.start(
            at: origin,
            Recorder.Callbacks(
                report: { [emit] in emit.yield(.report($0, $1)) },
                progress: { [link] in link.send(.progress) },
                drained: { [emit] in emit.yield(.drained) }
            )
        )
    }

    private func outputMaker(
        startedAt: Int64
    ) -> @Sendable (Int, OutputPlan) throws(JobFailure) -> any RecordingOutput {
        var names = FileNameValues(
            roomID: info.roomID,
            roomName: description.plan.roomName,
            unixMilliseconds: startedAt / 1_000_000
        )
        let subject = choice.subject
        if !subject.identity.isEmpty { names.publisherIdentity = subject.identity }
        if !subject.trackID.isEmpty {
            names.trackID = subject.trackID
            names.trackType = subject.trackType
            names.trackSource = subject.trackSource
        }
        if info.retryCount > 0 { names.retry = Int(info.retryCount) }
        var context = OutputContext(
            egressID: info.egressID,
            workFolder: description.workFolder,
            recordings: description.recordings,
            names: names,
            report: { _ in },
            now: { [hub, clock] in clock.unixNanoseconds(of: hub.now) },
            logger: logger
        )
        context.uploads = description.uploadSettings
        if !subject.audioTrackID.isEmpty { context.audioTrackID = subject.audioTrackID }
        if !subject.videoTrackID.isEmpty { context.videoTrackID = subject.videoTrackID }
        context.stores = OutputStores { storage, backup, folder, context throws(StorageError) in
            PlaylistKeeper(try UploadSession.open(storage, backup, folder, context), folder: folder)
        }
        return { [emit, context, streams] index, plan throws(JobFailure) in
            if let streams, streams.index == index { return streams.output }
            var context = context
            context.report = { emit.yield(.report(index, $0)) }
            return try OutputFactory.make(plan, context: context)
        }
    }

    /// The output whose URLs come and go, from the start of the egress on: a source may be waited for.
    private func streamOutput() throws(JobFailure) -> StreamOutput {
        if let streams { return streams.output }
        let plans = description.plan.outputs
        guard let index = plans.firstIndex(where: { if case .stream = $0.kind { true } else { false } }) else {
            throw .notStreaming
        }
        let known = recorder?.outputs.lazy.compactMap { $0 as? StreamOutput }.first
        if let known { return known }
        guard recorder == nil else { throw .outputsOpening }
        let made = try outputMaker(startedAt: clock.unixNanoseconds(of: hub.now))(index, plans[index])
        guard let output = made as? StreamOutput else { preconditionFailure("a stream's plan makes a stream") }
        streams = (index, output)
        return output
    }

    /// Resolving a URL may take its time, so it has a thread.
    private func updateStreams(_ number: UInt32, _ request: Livekit_UpdateStreamRequest) {
        let output: StreamOutput
        do throws(JobFailure) {
            output = try streamOutput()
        } catch {
            link.send(.answer(number, error))
            return
        }
        _ = WorkThread(name: "update streams") { [link] in
            do throws(JobFailure) {
                try output.update(add: request.addOutputUrls, remove: request.removeOutputUrls)
                link.send(.answer(number, nil))
            } catch {
                link.send(.answer(number, error))
            }
        }
    }
}

extension EgressPlan {
    /// The layout; empty if no layout draws the picture.
    var layout: String {
        if case .composite(let layout, _) = source { layout } else { "" }
    }

    /// Whether pictures are recorded if there are any.
    var wantsVideo: Bool {
        passthrough == .always
            || outputs.contains { output in
                if case .images = output.kind { true } else { output.video != nil }
            }
    }

    /// Whether sound is recorded if there is any.
    var wantsAudio: Bool {
        passthrough == .always
            || outputs.contains { output in
                if case .webSocket = output.kind { true } else { output.audio != nil }
            }
    }
}
