import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO
import RoomClient

// What the connection tells, and the way of the media.
extension WHIPSession {
    func handle(_ event: PeerEvent) {
        guard !isFinished else { return }
        switch event {
        case .connectionState(let state): changed(to: state)
        case .media(let media): receive(media)
        case .senderReport(let mid, let rid, let ntp, let timestamp, _):
            input(mid: mid, rid: rid)?.senderReport(wall: ntp, timestamp: timestamp)
        default: break
        }
    }

    /// Asks for a key frame of a layer; spaced, and repeated until one comes.
    func requestKeyFrame(rid: String?) {
        guard !isFinished else { return }
        for input in inputs where input.kind == .video && input.rid == rid {
            input.wantKeyFrame()
            askForKeyFrame(input, at: hub.now)
        }
        arm()
    }

    private func changed(to state: PeerConnectionState) {
        switch state {
        case .connected:
            if !deadlines.hasConnected {
                deadlines.connected(at: hub.now)
                logger.info("WHIP publisher connected")
                onProgress(self, .connected)
            }
            destination.recovered(self)
        case .disconnected: destination.interrupted(self, reason: "nothing is heard from it")
        case .failed:
            let reason = peer.handshakeFailure ?? "no path to it works any more (ICE)"
            finish(deadlines.hasConnected ? .lost(reason) : .neverStarted(reason))
        case .new, .connecting, .closed: break
        }
    }

    private func input(mid: Mid, rid: String?) -> WHIPInput? { inputs.first { $0.mid == mid && $0.rid == rid } }

    private func receive(_ media: ReceivedMedia) {
        guard let input = input(mid: media.mid, rid: media.rid) else { return }
        deadlines.media(at: media.arrival)
        input.receive(media)
        pump(input, at: media.arrival)
        timer?.wake(at: input.nextDeadline, now: media.arrival)
    }

    /// Hands on what is complete, and asks for what is needed.
    func pump(_ input: WHIPInput, at now: Instant) {
        let before = (input.codec, input.size?.width, input.size?.height)
        for sample in input.take(at: now, clock: &clock, origin: destination.origin) {
            deadlines.sample(at: now)
            destination.receive(sample)
            guard !isFinished else { return }
        }
        if before != (input.codec, input.size?.width, input.size?.height) {
            deadlines.reportSoon(at: now)
            timer?.wake(at: deadlines.next, now: now)
        }
        askForKeyFrame(input, at: now)
    }

    private func askForKeyFrame(_ input: WHIPInput, at now: Instant) {
        guard input.keyFrameRequestIsDue(at: now) else { return }
        peer.requestKeyFrame(mid: input.mid, rid: input.rid, at: now)
        attachment?.drain()
    }

    // MARK: Telling

    /// Tells what arrives.
    func report(at now: Instant) {
        deadlines.reported(at: now)
        destination.noted(inputState(at: now))
    }

    private func inputState(at now: Instant) -> WHIPInputState {
        var state = WHIPInputState()
        var largest = -1
        for input in inputs {
            guard let codec = input.codec else { continue }
            let averages = input.measured(at: now)
            switch input.kind {
            case .audio:
                var audio = Livekit_InputAudioState()
                audio.mimeType = codec.mimeType
                audio.averageBitrate = UInt32(clamping: averages.bitrate)
                audio.channels = 2
                audio.sampleRate = UInt32(codec.clockRate)
                state.audio = audio
            case .video:
                var video = state.video ?? Livekit_InputVideoState()
                video.averageBitrate = UInt32(clamping: Int(video.averageBitrate) + averages.bitrate)
                let area = (input.size?.width ?? 0) * (input.size?.height ?? 0)
                if area > largest {
                    largest = area
                    video.mimeType = codec.mimeType
                    video.width = UInt32(clamping: input.size?.width ?? 0)
                    video.height = UInt32(clamping: input.size?.height ?? 0)
                    video.framerate = averages.samplesPerSecond
                }
                state.video = video
            }
        }
        return state
    }
}
