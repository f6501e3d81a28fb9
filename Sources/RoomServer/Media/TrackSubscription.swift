import Forwarding
import LiveKitProtocol
import MediaWire
import PeerTransport
import Signaling

/// One participant's subscription to one track: the forwarded stream and the sender it goes out by.
final class TrackSubscription {
    let track: PublishedTrack
    unowned let subscriber: Participant
    let sender: SenderID
    private let leg: PeerLeg
    private var stream: ForwardedStream
    private var settings: Livekit_UpdateTrackSettings?

    /// - Parameter startsLow: whether the subscriber will say which size it needs, and until then gets the smallest.
    init(track: PublishedTrack, subscriber: Participant, sender: SenderID, leg: PeerLeg, startsLow: Bool) {
        self.track = track
        self.subscriber = subscriber
        self.sender = sender
        self.leg = leg
        stream = ForwardedStream(
            kind: track.kind,
            maximumLayer: startsLow ? 0 : track.publication.layers.count - 1,
            acceptsRED: false,
            firstSequence: UInt16.random(in: 0...UInt16.max),
            firstTimestamp: UInt32.random(in: 0...UInt32.max)
        )
        self.startsLow = startsLow
    }

    private let startsLow: Bool

    var mid: Mid? { leg.peer.mid(of: sender) }
    var isEnabled: Bool { stream.isEnabled }
    var currentLayer: Int? { stream.currentLayer }
    var wantedLayer: Int { stream.maximumLayer }

    /// A session description has settled what the subscriber can take.
    func negotiated() {
        stream.acceptsRED = leg.peer.payloadType(of: sender, codec: .red) != nil
    }

    /// Takes what the subscriber wants of the track.
    func apply(_ settings: Livekit_UpdateTrackSettings) {
        self.settings = settings
        stream.setEnabled(!settings.disabled && settings.quality != .off)
        liveLayersChanged(track.publication.live)
    }

    func liveLayersChanged(_ live: LayerSet) {
        let count = track.publication.layers.count
        let maximum =
            settings.map { LayerWish.layer($0, layers: track.info.layers, count: count) } ?? (startsLow ? 0 : count - 1)
        stream.setMaximumLayer(maximum, live: live)
    }

    /// The layer to ask a key frame from now, if any.
    func keyFrameRequest(roundTrip: Duration, at now: Instant) -> Int? {
        leg.state == .connected ? stream.keyFrameRequest(roundTrip: roundTrip, at: now) : nil
    }

    /// The subscriber's decoder asks for a key frame.
    func keyFrameRequested(at now: Instant) {
        if let layer = stream.requestableLayer { track.requestKeyFrame(layer: layer, at: now) }
    }

    /// Sends a packet of the track, if it is one for this subscriber.
    func forward(_ packet: SourcePacket, publication: Publication) {
        guard leg.state == .connected else { return }
        let layer = stream.currentLayer
        guard let out = stream.forward(packet, publication: publication) else { return }
        if stream.currentLayer != layer { updateClock(publication, at: packet.arrival) }
        let media = OutgoingMedia(
            codec: out.codec,
            marker: out.marker,
            sequenceNumber: out.sequenceNumber,
            timestamp: out.timestamp,
            payload: out.payload,
            audioLevel: out.audioLevel,
            dependencyDescriptor: packet.extensions.dependencyDescriptor,
            absCaptureTime: packet.extensions.absCaptureTime,
            videoOrientation: packet.extensions.videoOrientation
        )
        leg.peer.send(media, on: sender, at: packet.arrival)
        leg.touched()
        for overtaker in stream.overtakers(of: packet) { forward(overtaker, publication: publication) }
    }

    /// Keeps the subscriber's sender reports on the publisher's clock, so that its audio and video stay in step.
    func updateClock(_ publication: Publication, at now: Instant? = nil) {
        guard let clock = stream.senderClock(publication: publication) else { return }
        leg.peer.setSenderClock(
            sender,
            rid: nil,
            ntp: clock.ntp,
            rtpTimestamp: clock.rtpTimestamp,
            at: now ?? subscriber.room.environment.now
        )
    }
}
