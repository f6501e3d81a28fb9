package import MediaWire

/// One published track as the forwarder sees it: its layers, which of them are alive, their clocks, and when to ask for a key
/// frame.
///
/// Packets come in by ``receive(_:codec:rid:audioLevel:extensions:at:)`` in arrival order; what comes out is handed to every
/// subscription's ``ForwardedStream``.
package struct Publication: Sendable {
    /// Audio or video.
    package let kind: MediaKind
    /// The track's layers.
    package private(set) var layers: LayerMap
    /// The layers being sent right now.
    package private(set) var live: LayerSet = []

    private let isScreenShare: Bool
    private var states: [PublicationLayer]

    /// A track that has sent nothing yet.
    package init(kind: MediaKind, layers: LayerMap, isScreenShare: Bool) {
        self.kind = kind
        self.layers = layers
        self.isScreenShare = isScreenShare
        states = Self.states(layers, isScreenShare: isScreenShare)
    }

    /// Takes the layers of a new session description; what was known of the old ones is forgotten.
    package mutating func replaceLayers(_ layers: LayerMap) {
        guard layers != self.layers else { return }
        self.layers = layers
        states = Self.states(layers, isScreenShare: isScreenShare)
        live = []
    }

    /// Looks at a packet.
    ///
    /// - Returns: the packet for the subscriptions, and whether the set of live layers changed with it.
    package mutating func receive(
        _ packet: RTPPacket,
        codec: Codec,
        rid: String?,
        audioLevel: AudioLevel?,
        extensions: PassedExtensions = PassedExtensions(),
        at now: Instant
    ) -> (packet: SourcePacket, liveChanged: Bool) {
        let layer = layers.layer(of: rid)
        let startsKeyFrame = kind == .audio || isKeyFrameStart(codec: codec, payload: packet.payload)
        let sequence = states[layer].extend(packet)
        let liveChanged = states[layer].liveness.receivedPacket(at: now)
        if liveChanged { live.formUnion(LayerSet(layer: layer)) }
        if startsKeyFrame { states[layer].throttle.receivedKeyFrame() }
        var source = SourcePacket(
            packet: packet,
            codec: codec,
            layer: layer,
            sequence: sequence,
            startsKeyFrame: startsKeyFrame,
            audioLevel: audioLevel,
            extensions: extensions,
            arrival: now
        )
        if kind == .video {
            let overtakers = states[layer].overtaking.receive(source)
            // Without those behind it, a key frame is none.
            if startsKeyFrame { source.overtakers = overtakers ?? [] }
            source.startsKeyFrame = startsKeyFrame && overtakers != nil
        }
        return (source, liveChanged)
    }

    /// Takes a sender report of a layer; returns the layer.
    package mutating func receive(senderClock: SenderClock, rid: String?) -> Int {
        let layer = layers.layer(of: rid)
        states[layer].clock = senderClock
        return layer
    }

    /// The last sender report of a layer.
    package func clock(of layer: Int) -> SenderClock? {
        states.indices.contains(layer) ? states[layer].clock : nil
    }

    /// Lets time pass; returns whether the set of live layers changed.
    package mutating func advance(to now: Instant) -> Bool {
        var changed = false
        for layer in states.indices where states[layer].liveness.advance(to: now) {
            changed = true
            if states[layer].liveness.isAlive {
                live.formUnion(LayerSet(layer: layer))
            } else {
                live.subtract(LayerSet(layer: layer))
            }
        }
        return changed
    }

    /// Somebody needs a key frame of a layer; returns whether to ask the publisher now.
    package mutating func requestKeyFrame(layer: Int, at now: Instant) -> Bool {
        guard kind == .video, states.indices.contains(layer) else { return false }
        return states[layer].throttle.request(at: now)
    }

    /// The layers whose kept key-frame requests are due now.
    package mutating func dueKeyFrameRequests(at now: Instant) -> [Int] {
        guard kind == .video else { return [] }
        return states.indices.filter { states[$0].throttle.poll(at: now) }
    }

    private static func states(_ layers: LayerMap, isScreenShare: Bool) -> [PublicationLayer] {
        (0..<layers.count).map { layer in
            PublicationLayer(
                liveness: LayerLiveness(rule: isScreenShare ? .screenShare : .camera(layer: layer)),
                throttle: KeyFrameThrottle(interval: KeyFrameThrottle.interval(layer: layer))
            )
        }
    }
}
