import Forwarding
import LiveKitProtocol
import MediaWire
import PeerTransport
import Signaling

/// One published track: its description, its media and those it is forwarded to.
///
/// Packets of the publisher's connection come in by ``receive(_:)`` and go out by each ``TrackSubscription``.
final class PublishedTrack {
    let sid: TrackSID
    /// The id the client gave it, by which it is announced again after a full reconnect.
    let cid: String
    let kind: MediaKind
    unowned let publisher: Participant
    /// The section it arrives on.
    let mid: Mid
    /// The track id of the session description, by which a reused section is told from a kept one.
    let remoteTrackID: String
    var info: Livekit_TrackInfo
    /// The codecs its section is answered with, preferred first.
    var preferredCodecs: [Codec] = []

    private(set) var publication: Publication
    private(set) var subscriptions: [TrackSubscription] = []
    private var detector: SpeakerDetector?
    private var demand: QualityDemand
    private var hasHadSubscriber = false

    init(pending: PendingTracks.Track, remote: RemoteTrack, publisher: Participant, at now: Instant) {
        sid = TrackSID(rawValue: pending.info.sid)
        cid = pending.request.cid
        kind = remote.kind
        mid = remote.mid
        remoteTrackID = remote.trackID
        self.publisher = publisher
        info = TrackDescription.complete(pending, remote: remote)
        publication = Publication(
            kind: remote.kind,
            layers: LayerMap(rids: remote.rids),
            isScreenShare: info.source == .screenShare
        )
        let configuration = publisher.room.configuration
        detector = remote.kind == .audio ? SpeakerDetector(rule: configuration.speakers) : nil
        demand = QualityDemand(pauseDelay: configuration.dynacastPauseDelay, at: now)
    }

    /// The codecs a subscriber may get it in, preferred first.
    var codecs: [Codec] {
        let codec = Codec(mimeType: info.mimeType) ?? (kind == .audio ? .opus : .vp8)
        return codec == .red ? [.red, .opus] : [codec]
    }

    /// Takes the layers of a new session description.
    func update(_ remote: RemoteTrack) {
        publication.replaceLayers(LayerMap(rids: remote.rids))
        liveLayersChanged()
    }

    // MARK: Media

    /// Forwards a packet.
    func receive(_ media: ReceivedMedia) {
        let (packet, liveChanged) = publication.receive(
            media.packet,
            codec: media.codec,
            rid: media.rid,
            audioLevel: media.audioLevel,
            extensions: PassedExtensions(media),
            at: media.arrival
        )
        if liveChanged { liveLayersChanged() }
        if let level = media.audioLevel, !info.muted {
            detector?.observe(
                level: level.level,
                timestamp: media.packet.timestamp,
                clockRate: media.codec.clockRate,
                at: media.arrival
            )
        }
        for subscription in subscriptions { subscription.forward(packet, publication: publication) }
    }

    /// Passes a sender report on to those who get its layer.
    func receive(senderClock: SenderClock, rid: String?) {
        let layer = publication.receive(senderClock: senderClock, rid: rid)
        for subscription in subscriptions where subscription.currentLayer == layer {
            subscription.updateClock(publication)
        }
    }

    /// How loud the track is being spoken on, 0 for not at all.
    func speakingLevel(at now: Instant) -> Double {
        guard var detector, !info.muted else { return 0 }
        defer { self.detector = detector }
        return detector.isSpeaking(at: now) ? detector.level(at: now) : 0
    }

    // MARK: Subscriptions

    /// Adds a subscription; tells the publisher when it is the first ever.
    func add(_ subscription: TrackSubscription) {
        subscriptions.append(subscription)
        subscription.liveLayersChanged(publication.live)
        if !hasHadSubscriber {
            hasHadSubscriber = true
            publisher.tellSubscribed(sid)
        }
        requestKeyFrames(at: publisher.room.environment.now)
        updateDemand(at: publisher.room.environment.now)
    }

    func remove(_ subscription: TrackSubscription) {
        subscriptions.removeAll { $0 === subscription }
        updateDemand(at: publisher.room.environment.now)
    }

    /// A subscriber needs a key frame of a layer.
    func requestKeyFrame(layer: Int, at now: Instant) {
        guard publication.requestKeyFrame(layer: layer, at: now) else { return }
        publisher.requestKeyFrame(mid: mid, rid: publication.layers.rid(of: layer))
    }

    /// Lets time pass.
    func tick(at now: Instant) {
        if publication.advance(to: now) { liveLayersChanged() }
        requestKeyFrames(at: now)
        for layer in publication.dueKeyFrameRequests(at: now) {
            publisher.requestKeyFrame(mid: mid, rid: publication.layers.rid(of: layer))
        }
        if kind == .video, let quality = demand.poll(at: now) { announceDemand(quality) }
    }

    private func requestKeyFrames(at now: Instant) {
        for subscription in subscriptions {
            if let layer = subscription.keyFrameRequest(roundTrip: publisher.roundTrip, at: now) {
                requestKeyFrame(layer: layer, at: now)
            }
        }
    }

    private func liveLayersChanged() {
        for subscription in subscriptions { subscription.liveLayersChanged(publication.live) }
    }

    // MARK: Dynacast

    /// Finds the highest quality anybody wants and announces it when it is time.
    func updateDemand(at now: Instant) {
        guard kind == .video else { return }
        let highest = subscriptions.lazy.filter(\.isEnabled)
            .map { LayerWish.quality(ofLayer: $0.wantedLayer, layers: self.info.layers) }
            .max()
        if let quality = demand.update(highest: highest ?? -1, at: now) { announceDemand(quality) }
    }

    /// Announces again to a publisher that has a new session.
    func repeatDemand(at now: Instant) {
        if kind == .video, let quality = demand.reset(at: now) { announceDemand(quality) }
    }

    private func announceDemand(_ quality: Int) {
        guard let codec = codecs.first else { return }
        publisher.send(TrackDescription.subscribedQualities(sid, codec: codec, highest: quality))
    }
}

extension PassedExtensions {
    /// Those of a packet that came.
    fileprivate init(_ media: ReceivedMedia) {
        self.init()
        guard !media.packet.extensions.isEmpty else { return }
        absCaptureTime = media.extensionValue(.absCaptureTime)
        guard media.codec.kind == .video else { return }
        dependencyDescriptor = media.extensionValue(.dependencyDescriptor)
        videoOrientation = media.extensionValue(.videoOrientation)?.first
    }
}
