public import MediaWire

extension PeerConnection {
    /// Sends one media packet of a track.
    ///
    /// Nothing is sent, and the packet is counted as unsendable, while the track's section, layer or codec is not
    /// agreed on.
    ///
    /// - Parameter rid: The layer of a simulcast publisher; nil for a single stream.
    public func send(_ media: OutgoingMedia, on id: SenderID, rid: String? = nil, at now: Instant) {
        self.now = now
        guard let track = track(id), let agreement = track.agreement, let payload = agreement.payload(media.codec),
            let stream = track.stream(rid), rid == nil || agreement.acceptedRids.contains(where: { $0 == rid })
        else {
            counters.unsendablePackets += 1
            return
        }
        stream.clockRate = payload.clockRate
        stream.clock.sent(timestamp: media.timestamp, ntp: configuration.wallClock(now), at: now)
        stream.packets += 1
        stream.bytes += media.payload.count
        stream.sentSinceReport = true
        if payload.keepsPackets { stream.buffer.store(media, at: now) }
        transmit(media, of: stream, by: agreement, payload: payload, asRepair: false, at: now)
        scheduleReports(at: now)
    }

    /// Says which wall clock time an RTP timestamp of a track stands for; its sender reports are derived from it.
    ///
    /// Without it, the moment a frame's first packet is sent counts as its time.
    public func setSenderClock(
        _ id: SenderID,
        rid: String? = nil,
        ntp: WallClock,
        rtpTimestamp: UInt32,
        at now: Instant
    ) {
        track(id)?.stream(rid)?.clock.set(ntp: ntp, timestamp: rtpTimestamp, at: now)
    }

    /// Sends again what the peer asks for.
    func retransmit(_ numbers: [SequenceNumber], of stream: OutboundStream) {
        guard let agreement = track(stream.sender)?.agreement else { return }
        for number in numbers {
            switch stream.buffer.take(number, at: now, roundTrip: roundTrip.smoothed) {
            case .packet(let media):
                guard let payload = agreement.payload(media.codec) else { continue }
                stream.retransmissions += 1
                let asRepair = payload.retransmissionPayloadType != nil
                transmit(media, of: stream, by: agreement, payload: payload, asRepair: asRepair, at: now)
            case .notHeld:
                stream.unanswered += 1
            case .exhausted:
                break
            }
        }
    }

    private func transmit(
        _ media: OutgoingMedia,
        of stream: OutboundStream,
        by agreement: OutboundTrack.Agreement,
        payload: OutboundTrack.Agreement.Payload,
        asRepair: Bool,
        at now: Instant
    ) {
        let extensions = agreement.extensions
        var writer = PacketWriter(
            media,
            payloadType: asRepair ? payload.retransmissionPayloadType ?? payload.payloadType : payload.payloadType,
            sequenceNumber: asRepair ? stream.retransmissionSequence : media.sequenceNumber,
            ssrc: asRepair ? stream.retransmissionSSRC : stream.ssrc,
            usesTwoByteForm: extensions.needsTwoByteForm || (media.dependencyDescriptor?.count ?? 0) > 16
                || agreement.midBytes.count > 16 || stream.ridBytes.count > 16
        )
        // Layers have no declared sources: mid and rid say what a packet is, until a report shows that it is known.
        if !(asRepair ? stream.isRepairKnownToPeer : stream.isKnownToPeer), stream.rid != nil {
            writer.add(extensions[.mid], agreement.midBytes)
            writer.add(extensions[asRepair ? .repairedRid : .rid], stream.ridBytes)
        }
        if let number = extensions[.absSendTime] { writer.add(number, triple: AbsSendTime(now).value) }
        let isNumbered = extensions[.transportWideCC] != nil
        if isNumbered { writer.add(extensions[.transportWideCC], word: sentPackets.nextNumber) }
        if let level = media.audioLevel {
            writer.add(extensions[.audioLevel], byte: (level.voice ? 0x80 : 0) | level.level)
        }
        if let orientation = media.videoOrientation { writer.add(extensions[.videoOrientation], byte: orientation) }
        if let delay = media.playoutDelay { writer.add(extensions[.playoutDelay], delay) }
        if let time = media.absCaptureTime { writer.add(extensions[.absCaptureTime], time) }
        if let descriptor = media.dependencyDescriptor { writer.add(extensions[.dependencyDescriptor], descriptor) }
        let bytes = writer.finish(
            payload: media.payload,
            originalNumber: asRepair ? media.sequenceNumber : nil
        )
        if asRepair { stream.retransmissionSequence = stream.retransmissionSequence &+ 1 }
        if isNumbered { sentPackets.didSend(size: bytes.count, at: now) }
        transport.sendRTP(bytes, at: now)
    }
}
