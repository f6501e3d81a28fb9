import LiveKitProtocol
import Logging
import Media
import MediaWire
import PeerTransportNIO
import RoomClient
import Scene
import SwiftProtobuf
import Synchronization

/// One recording, from joining the room to the file in its place.
///
/// All decisions are made in one place, `handle`, one event at a time: what the room's client, the worker, the tracks, the
/// recorder and a clock have to say comes through one stream. Media takes another way, past it:
///
///     RoomClient ─▶ VideoTrack (decoder thread) ─▶ PictureStore ─┐
///                └▶ AudioTrack ──────────────────────────────────┼─▶ Recorder (one thread) ─▶ file
///     events ─▶ RoomModel ─▶ SceneHistory ───────────────────────┘
final class RecordingJob {
    private enum Event: Sendable {
        case room(RoomEvent, Instant)
        case cannotJoin(JobFailure)
        case picture(Instant)
        case sound(Instant, seen: Instant)
        case tick
        case stop(EndReason)
        case layout(String)
        case drained
        case recorder(Recorder.Event)
    }

    private let description: JobDescription
    private let link: JobLink
    private let hub: PeerHub
    private let client: RoomClient
    private let logger: Logger
    private let events: AsyncStream<Event>
    private let emit: AsyncStream<Event>.Continuation
    private let clock: JobClock

    private let timeline = SharedTimeline()
    private let inputs = RecorderInputs()
    private let history = SceneHistory()
    private let recorder: Recorder

    private var info: Livekit_EgressInfo
    private var machine: JobStateMachine
    private var room = RoomModel()
    private var planner: SubscriptionPlanner
    private var lookahead = SceneState()
    private var scene: Scene
    private var isOver = false

    init(_ description: JobDescription, link: JobLink, hub: PeerHub, logger: Logger) throws {
        let plan = description.plan
        self.description = description
        self.link = link
        self.hub = hub
        self.logger = logger
        info = try Livekit_EgressInfo(serializedBytes: description.info)
        clock = JobClock(now: hub.now)
        (events, emit) = AsyncStream.makeStream(of: Event.self)
        client = RoomClient(
            configuration: RoomClientConfiguration(
                url: description.url,
                token: description.token,
                jitterBufferDepth: .milliseconds(250),
                maximumJitterBufferDepth: .milliseconds(450)
            ),
            hub: hub,
            logger: logger
        )
        scene = Scene.stock(named: plan.layout)
        planner = SubscriptionPlanner(recordsAudio: plan.audio != nil, recordsVideo: plan.video != nil)
        machine = JobStateMachine(recordsVideo: plan.video != nil, recordsAudio: plan.audio != nil)
        recorder = Recorder(
            Recorder.Configuration(
                plan: plan,
                path: description.path,
                history: history,
                inputs: inputs,
                now: { [hub] in hub.now },
                sleep: { WorkThread.sleep(for: $0) },
                unixNanoseconds: { [clock] in clock.unixNanoseconds(of: $0) },
                logger: logger
            )
        )
    }

    /// Records; returns when the egress is over and the worker has been told.
    func run() async {
        listen()
        let (client, hub, emit) = (client, hub, emit)
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
                    try? await Task.sleep(for: .milliseconds(100))
                    emit.yield(.tick)
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
                case .start, .salvage, .info, .rewriting: break
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
        case .tick:
            perform(machine.tick(at: now, expectsPicture: room.expectsPicture))
            subscribe(at: now)
        case .stop(let reason): perform(machine.stop(reason, at: now))
        case .layout(let name):
            scene = Scene.stock(named: name)
            roomChanged(at: now)
        case .drained:
            machine.drained()
            link.send(.rewriting)
        case .recorder(.written(let file)): conclude(machine.written(), file)
        case .recorder(.failed(let failure, let file)): conclude(machine.failed(failure), file)
        }
    }

    private func handle(_ event: RoomEvent, at now: Instant) {
        if room.apply(event, at: now) { roomChanged(at: now) }
        switch event {
        case .joined(let snapshot):
            info.roomID = snapshot.room.sid
            perform(machine.joined(at: now))
        case .participantLeft(let sid, _): timeline.remove(participant: sid.rawValue)
        case .subscriptionFailed(let track, let reason):
            logger.warning("a track cannot be recorded", metadata: ["track": "\(track)", "reason": "\(reason)"])
        case .connectionState(let state): logger.info("connection to the room", metadata: ["state": "\(state)"])
        case .disconnected(let reason, let text):
            logger.info("the room is over", metadata: ["reason": "\(reason)", "text": "\(text)"])
            perform(machine.disconnected(JobFailure(disconnect: reason), at: now))
        default: break
        }
    }

    private func perform(_ action: JobStateMachine.Action) {
        switch action {
        case .none: break
        case .start(let origin):
            info.begin(at: clock.unixNanoseconds(of: origin))
            report()
            recorder.start(
                at: origin,
                onDrained: { [emit] in emit.yield(.drained) },
                onEvent: { [emit] in emit.yield(.recorder($0)) }
            )
        case .finish(let time):
            recorder.finish(at: time)
            info.ending(at: clock.unixNanoseconds(of: time))
            report()
        case .conclude: conclude(action, nil)
        }
    }

    private func conclude(_ action: JobStateMachine.Action, _ file: RecordedFile?) {
        guard case .conclude(let outcome) = action else { return }
        info.conclude(outcome, file: file, at: clock.unixNanoseconds(of: hub.now))
        report()
        isOver = true
    }

    private func report() {
        link.send(.info(info))
    }
}

// MARK: - Tracks

extension RecordingJob {
    private func roomChanged(at now: Instant) {
        history.append(SceneHistory.Entry(since: now, sources: room.sources, scene: scene))
        subscribe(at: now)
    }

    private func subscribe(at now: Instant) {
        // The same layout as the recorder's, ahead of it by the recording's latency: who is about to be shown is received in time.
        let plan = description.plan.video.map { video in
            scene.plan(
                sources: room.sources,
                size: SceneSize(width: video.width, height: video.height),
                at: now.sceneSeconds,
                state: &lookahead
            )
        }
        for change in planner.update(room, plan: plan, at: now) { perform(change) }
    }

    private func perform(_ change: SubscriptionPlanner.Change) {
        switch change {
        case .subscribeSound(let track, let participant):
            let sound = AudioTrack(place: placing(track, of: participant)) { [emit, hub] in
                emit.yield(.sound($0, seen: hub.now))
            }
            inputs.add(sound, of: track)
            client.subscribe(TrackSID(rawValue: track), of: ParticipantSID(rawValue: participant), receiver: sound)
        case .subscribePicture(let track, let participant, let source):
            let sid = TrackSID(rawValue: track)
            let isFirst = FirstTime()
            let video = VideoTrack(
                name: String(track.suffix(8)),
                store: inputs.pictures(of: source),
                callbacks: VideoTrack.Callbacks(
                    place: placing(track, of: participant),
                    pictureDecoded: { [emit] time in if isFirst.take() { emit.yield(.picture(time)) } },
                    needsKeyFrame: { [client] in client.requestKeyFrame(sid) }
                ),
                logger: logger
            )
            client.subscribe(sid, of: ParticipantSID(rawValue: participant), receiver: video)
        case .resize(let track, let size):
            client.setVideoSettings(TrackSID(rawValue: track), size: (size.width, size.height), enabled: true)
        case .pause(let track): client.setVideoSettings(TrackSID(rawValue: track), size: nil, enabled: false)
        case .forget(let track): timeline.remove(track: track)
        }
    }

    private func placing(_ track: String, of participant: String) -> @Sendable (EncodedSample) -> Instant {
        { [timeline] sample in
            let rate = Int64(max(1, sample.clockRate))
            let nanoseconds =
                sample.timestamp / rate &* 1_000_000_000 &+ sample.timestamp % rate * 1_000_000_000 / rate
            return timeline.place(
                SessionTimeline.Arrival(
                    track: track,
                    participant: participant,
                    mediaNanoseconds: nanoseconds,
                    capturedAt: sample.capturedAt,
                    arrival: sample.arrival
                )
            )
        }
    }
}

/// The session's timeline, for the threads that place samples and the one that forgets tracks.
private final class SharedTimeline: Sendable {
    private let timeline = Mutex(SessionTimeline())

    func place(_ sample: SessionTimeline.Arrival) -> Instant {
        timeline.withLock { $0.place(sample) }
    }

    func remove(track: String) {
        timeline.withLock { $0.remove(track: track) }
    }

    func remove(participant: String) {
        timeline.withLock { $0.remove(participant: participant) }
    }
}

/// True once.
private final class FirstTime: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool {
        !isTaken.load(ordering: .relaxed) && !isTaken.exchange(true, ordering: .relaxed)
    }
}
