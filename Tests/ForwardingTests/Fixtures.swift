import MediaWire

@testable import Forwarding

/// The time `milliseconds` after the start of a test.
func at(_ milliseconds: Int) -> Instant {
    Instant(nanoseconds: Int64(milliseconds) * 1_000_000)
}

func rtp(
    _ sequence: UInt16,
    timestamp: UInt32 = 0,
    ssrc: SSRC = 1,
    payload: [UInt8] = [1, 2, 3],
    marker: Bool = false
) -> RTPPacket {
    RTPPacket(
        marker: marker,
        payloadType: 96,
        sequenceNumber: SequenceNumber(rawValue: sequence),
        timestamp: timestamp,
        ssrc: ssrc,
        payload: payload
    )
}

/// A VP8 payload: a key frame's first packet or a packet of another frame, with 15-bit picture id, TL0PICIDX and KEYIDX.
func vp8(key: Bool, picture: UInt16 = 100, tl0: UInt8 = 10, keyIndex: UInt8 = 3) -> [UInt8] {
    [
        0x90, 0xF0, 0x80 | UInt8(picture >> 8), UInt8(picture & 0xFF), tl0, keyIndex & 0x1F,
        key ? 0x10 : 0x11, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00,
    ]
}

/// One published VP8 track with three layers and one subscriber, fed packet by packet.
struct Relay {
    var publication = Publication(kind: .video, layers: LayerMap(rids: ["f", "h", "q"]), isScreenShare: false)
    var stream: ForwardedStream
    private var next: [UInt16] = [1000, 2000, 3000]

    init(maximumLayer: Int = 2, firstSequence: UInt16 = 500, firstTimestamp: UInt32 = 90_000) {
        stream = ForwardedStream(
            kind: .video,
            maximumLayer: maximumLayer,
            acceptsRED: true,
            firstSequence: firstSequence,
            firstTimestamp: firstTimestamp
        )
    }

    /// Sends the next packet of a layer; `nil` sequence takes the next one.
    mutating func send(
        layer: Int,
        key: Bool = false,
        sequence: UInt16? = nil,
        timestamp: UInt32 = 0,
        ssrc: SSRC? = nil,
        payload: [UInt8]? = nil,
        at now: Instant
    ) -> ForwardedPacket? {
        let number = sequence ?? next[layer]
        if sequence == nil { next[layer] &+= 1 }
        let packet = rtp(
            number,
            timestamp: timestamp,
            ssrc: ssrc ?? SSRC(rawValue: UInt32(layer + 1)),
            payload: payload ?? vp8(key: key)
        )
        let rid = ["q", "h", "f"][layer]
        let (source, changed) = publication.receive(packet, codec: .vp8, rid: rid, audioLevel: nil, at: now)
        if changed { stream.liveLayersChanged(publication.live) }
        return stream.forward(source, publication: publication)
    }

    /// The outgoing number of a packet sent as by `send`; nil when it is not forwarded.
    mutating func number(
        layer: Int,
        key: Bool = false,
        sequence: UInt16? = nil,
        payload: [UInt8]? = nil,
        at now: Instant
    ) -> UInt16? {
        let out = send(layer: layer, key: key, sequence: sequence, payload: payload, at: now)
        return out?.sequenceNumber.rawValue
    }

    mutating func advance(to now: Instant) {
        if publication.advance(to: now) { stream.liveLayersChanged(publication.live) }
    }
}
