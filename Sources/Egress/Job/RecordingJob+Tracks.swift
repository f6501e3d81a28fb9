import LiveKitProtocol
import MediaWire
import PeerTransportNIO
import RoomClient
import Scene
import Synchronization

// Which tracks are received, and where their samples go.
extension RecordingJob {
    private var isComposite: Bool {
        if case .composite = description.plan.source { true } else { false }
    }

    /// Whether somebody sends a picture that is to be recorded.
    var expectsPicture: Bool {
        isComposite ? room.expectsPicture : choice.picture.map { !$0.isMuted } ?? false
    }

    /// Whether the recording is nothing without this track.
    func needs(track: String) -> Bool {
        guard !isComposite else { return false }
        return choice.picture?.track == track || choice.sounds.contains { $0.track == track }
    }

    /// Whether what can be written as it comes can be told by now; a server may learn a codec only with the first packet.
    func knowsCodecs(at now: Instant) -> Bool {
        guard description.plan.passthrough != .never else { return true }
        if choice.picture?.codec != nil || choice.picture == nil, choice.sounds.allSatisfy({ $0.codec != nil }) {
            return true
        }
        let since = readySince ?? now
        readySince = since
        return now - since >= codecPatience
    }

    /// Tells the recorder what the room looks like from `now` on.
    func recordScene(at now: Instant) {
        guard wiring?.decodesPicture == true else { return }
        if isComposite {
            history.append(SceneHistory.Entry(since: now, sources: room.sources, drawing: .scene(scene)))
            return
        }
        let isShown = hold.shows(isSent: expectsPicture, at: now)
        guard isShown != isPictureShown else { return }
        isPictureShown = isShown
        history.append(SceneHistory.Entry(since: now, sources: [.single(isShown: isShown)], drawing: .single))
    }

    /// Receives what is wanted, and nothing else.
    func subscribe(at now: Instant) {
        if isComposite {
            // The same layout as the recorder's, ahead of it by the recording's latency: who is about to be shown is received in
            // time.
            let plan = pictureSize.map { size in
                scene.plan(sources: room.sources, size: size, at: now.sceneSeconds, state: &lookahead)
            }
            for change in planner.update(room, plan: plan, at: now) { perform(change) }
            return
        }
        recordScene(at: now)
        for change in subscriber.update(choice) { perform(change) }
        let isMuted = choice.sounds.first?.isMuted ?? false
        if isMuted != self.isMuted { inputs.mute(isMuted) }
        self.isMuted = isMuted
    }

    /// The largest picture that is drawn.
    private var pictureSize: SceneSize? {
        let sizes = (wiring?.outputs ?? []).compactMap { wiring -> SceneSize? in
            if case .video(let plan)? = wiring.video { return plan.size }
            guard case .images(let images) = wiring.output.kind else { return nil }
            return wiring.output.video?.size
                ?? SceneSize(width: images.width ?? 1280, height: images.height ?? 720)
        }
        return sizes.max { $0.width * $0.height < $1.width * $1.height }
    }

    private func perform(_ change: SubscriptionPlanner.Change) {
        switch change {
        case .subscribeSound(let track, let participant): subscribeSound(track, of: participant)
        case .subscribePicture(let track, let participant, let source):
            subscribePicture(track, of: participant, source: source)
        case .resize(let track, let size):
            client.setVideoSettings(TrackSID(rawValue: track), size: (size.width, size.height), enabled: true)
        case .pause(let track): client.setVideoSettings(TrackSID(rawValue: track), size: nil, enabled: false)
        case .forget(let track): timeline.remove(track: track)
        case .unsubscribe(let track):
            client.unsubscribe(TrackSID(rawValue: track))
            timeline.remove(track: track)
        }
    }

    private func subscribeSound(_ track: String, of participant: String) {
        guard let wiring else { return }
        let place = timeline.placing(track, of: participant)
        let received: @Sendable (Instant) -> Void = { [emit, hub] in emit.yield(.sound($0, seen: hub.now)) }
        var receivers: [any TrackReceiver] = []
        if wiring.decodesSound {
            let sound = AudioTrack(place: place, soundReceived: received)
            let channel = choice.sounds.first { $0.track == track }?.channel ?? .both
            inputs.add(sound, of: track, channel: channel)
            receivers.append(sound)
        }
        if wiring.passes(.audio) {
            let sound = AudioTrack(place: place, soundReceived: received)
            inputs.pass(sound)
            receivers.append(sound)
        }
        subscribe(track, of: participant, receivers)
    }

    private func subscribePicture(_ track: String, of participant: String, source: String) {
        guard let wiring else { return }
        let sid = TrackSID(rawValue: track)
        let place = timeline.placing(track, of: participant)
        let isFirst = FirstTime()
        let arrived: @Sendable (Instant) -> Void = { [emit] in if isFirst.take() { emit.yield(.picture($0)) } }
        let needsKeyFrame: @Sendable () -> Void = { [client] in client.requestKeyFrame(sid) }
        var receivers: [any TrackReceiver] = []
        if wiring.decodesPicture {
            receivers.append(
                VideoTrack(
                    name: String(track.suffix(8)),
                    store: inputs.pictures(of: source),
                    callbacks: VideoTrack.Callbacks(
                        place: place,
                        pictureDecoded: arrived,
                        needsKeyFrame: needsKeyFrame
                    ),
                    logger: logger
                )
            )
        }
        if wiring.passes(.video) {
            let pictures = PassingTrack(place: place, arrived: arrived, needsKeyFrame: needsKeyFrame)
            inputs.pass(pictures)
            receivers.append(pictures)
        }
        subscribe(track, of: participant, receivers)
        guard !isComposite else { return }
        // What is written as it comes is written as well as it comes.
        let size = wiring.passes(.video) ? nil : pictureSize.map { ($0.width, $0.height) }
        client.setVideoSettings(sid, size: size, enabled: true)
    }

    private func subscribe(_ track: String, of participant: String, _ receivers: [any TrackReceiver]) {
        guard let first = receivers.first else { return }
        client.subscribe(
            TrackSID(rawValue: track),
            of: ParticipantSID(rawValue: participant),
            receiver: receivers.count == 1 ? first : SharedTrack(receivers)
        )
    }
}

private let codecPatience = Duration.seconds(5)

/// True once.
private final class FirstTime: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool {
        !isTaken.load(ordering: .relaxed) && !isTaken.exchange(true, ordering: .relaxed)
    }
}
