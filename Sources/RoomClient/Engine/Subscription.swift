import LiveKitProtocol
import MediaWire
import PeerTransport

/// A track somebody asked for: from the wish, over the media section it arrives in, to the samples handed on.
final class Subscription {
    /// How a video track is wanted.
    struct Settings: Equatable {
        /// The size it is shown at; nil for the best there is.
        var size: (width: Int, height: Int)?
        var isEnabled = true

        static func == (a: Settings, b: Settings) -> Bool {
            a.size?.width == b.size?.width && a.size?.height == b.size?.height && a.isEnabled == b.isEnabled
        }
    }

    /// Time in which a wished track must turn up in a session description before the wish counts as failed.
    static let patience = Duration.seconds(30)

    let track: TrackSID
    var participant: ParticipantSID
    var receiver: any TrackReceiver
    var settings: Settings?
    /// The media section the track arrives in.
    var mid: Mid?
    /// When to report that the track does not come; nil once it came or was reported.
    var deadline: Instant?
    /// Made with the first packet, when the kind of track is certain.
    var pipeline: ReceivePipeline?

    init(track: TrackSID, participant: ParticipantSID, receiver: any TrackReceiver) {
        self.track = track
        self.participant = participant
        self.receiver = receiver
    }

    /// Hands on what is complete.
    func deliver(at now: Instant) {
        guard let samples = pipeline?.pop(at: now) else { return }
        for sample in samples { receiver.receive(sample) }
    }

    /// Hands on all there is and says goodbye.
    func end() {
        if let samples = pipeline?.drain() {
            for sample in samples { receiver.receive(sample) }
        }
        receiver.trackEnded()
    }

    /// The connection it came over is gone; another will bring it again.
    func interrupt() {
        mid = nil
        if let samples = pipeline?.restart() {
            for sample in samples { receiver.receive(sample) }
        }
    }

    /// When something may be due without a packet arriving.
    var nextDeadline: Instant? {
        switch (deadline, pipeline?.nextDeadline) {
        case (let a?, let b?): min(a, b)
        case (let a, let b): a ?? b
        }
    }

    /// The wish as a request.
    func request(subscribe: Bool) -> Livekit_SignalRequest {
        var tracks = Livekit_ParticipantTracks()
        tracks.participantSid = participant.rawValue
        tracks.trackSids = [track.rawValue]
        var request = Livekit_SignalRequest()
        request.subscription.subscribe = subscribe
        request.subscription.participantTracks = [tracks]
        return request
    }

    /// The wished size and state as a request; nil when nothing was wished.
    var settingsRequest: Livekit_SignalRequest? {
        guard let settings else { return nil }
        var request = Livekit_SignalRequest()
        request.trackSetting.trackSids = [track.rawValue]
        request.trackSetting.disabled = !settings.isEnabled
        if let size = settings.size {
            request.trackSetting.width = UInt32(clamping: size.width)
            request.trackSetting.height = UInt32(clamping: size.height)
        } else {
            request.trackSetting.quality = .high
        }
        return request
    }
}
