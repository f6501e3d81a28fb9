public import MediaWire

extension PeerConnection {
    /// Asks the sender of a track for a key frame, by PLI, or by FIR where only that was negotiated.
    ///
    /// It asks each time it is called. Without a packet of the stream so far there is no one to ask.
    public func requestKeyFrame(mid: Mid, rid: String? = nil, at now: Instant) {
        self.now = now
        guard let layer = inbound.layer(mid: mid, rid: rid), let source = layer.primary?.ssrc else { return }
        if layer.asksByFullIntraRequest {
            let request = FullIntraRequest(
                senderSSRC: reporter,
                entries: [FullIntraRequest.Entry(ssrc: source, sequenceNumber: layer.firSequence)]
            )
            layer.firSequence &+= 1
            transport.sendRTCP(RTCPPacket.serialize([.fullIntraRequest(request)]), at: now)
        } else {
            let request = RTCPPacket.pictureLossIndication(sender: reporter, media: source)
            transport.sendRTCP(RTCPPacket.serialize([request]), at: now)
        }
    }

    /// Takes in a decrypted packet.
    func receiveRTP(_ bytes: [UInt8], at arrival: Instant) {
        let packet: RTPPacket
        do {
            packet = try RTPPacket(parsing: bytes)
        } catch {
            counters.malformedPackets += 1
            return
        }
        noteForFeedback(packet, at: arrival)
        guard let stream = inbound.stream(of: packet, at: arrival),
            let meaning = stream.layer.payloads[packet.payloadType]
        else {
            counters.unroutablePackets += 1
            return
        }
        scheduleReports(at: arrival)
        switch meaning {
        case .media(let codec, _):
            guard !stream.isRepair else {
                counters.unroutablePackets += 1
                return
            }
            let asks = stream.layer.nackableCodecs.contains(codec)
            guard stream.accept(packet, at: arrival, asksForLosses: asks) else { return }
            scheduleNACK(of: stream)
            deliver(packet, codec: codec, layer: stream.layer, at: arrival, isRetransmission: false)
        case .retransmission(let original):
            receiveRepair(packet, of: original, by: stream, at: arrival)
        }
    }

    private func receiveRepair(
        _ packet: RTPPacket,
        of payloadType: UInt8,
        by repair: InboundStream,
        at arrival: Instant
    ) {
        guard repair.isRepair, repair.accept(packet, at: arrival, asksForLosses: false) else { return }
        guard let primary = repair.layer.primary,
            case .media(let codec, _)? = repair.layer.payloads[payloadType],
            let original = RTXPacket.unwrap(packet, ssrc: primary.ssrc, payloadType: payloadType),
            primary.acceptRecovered(original, at: arrival)
        else { return }
        scheduleNACK(of: primary)
        deliver(original, codec: codec, layer: repair.layer, at: arrival, isRetransmission: true)
    }

    private func deliver(
        _ packet: RTPPacket,
        codec: Codec,
        layer: InboundLayer,
        at arrival: Instant,
        isRetransmission: Bool
    ) {
        var level: AudioLevel?
        if layer.kind == .audio, let number = layer.extensions[.audioLevel] {
            level = packet.extensions.value(of: number).flatMap { AudioLevel(decoding: $0) }
        }
        events.append(
            .media(
                ReceivedMedia(
                    mid: layer.mid,
                    rid: layer.rid,
                    codec: codec,
                    packet: packet,
                    audioLevel: level,
                    arrival: arrival,
                    isRetransmission: isRetransmission,
                    extensionNumbers: layer.extensions
                )
            )
        )
    }

    private func noteForFeedback(_ packet: RTPPacket, at arrival: Instant) {
        guard let number = inbound.extensions[.transportWideCC],
            let value = packet.extensions.value(of: number), let sequence = TransportSequence(decoding: value)
        else { return }
        feedbackMedia = packet.ssrc
        if feedback.received(sequence.number, marker: packet.marker, at: arrival) { sendTransportFeedback(at: arrival) }
    }

    private func scheduleNACK(of stream: InboundStream) {
        guard let due = stream.nacks.nextDue else { return }
        if nextNACK.map({ due < $0 }) ?? true { nextNACK = due }
    }
}
