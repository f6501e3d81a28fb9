package import MediaWire

extension SecureTransport {
    /// Takes in a datagram.
    package func handle(_ datagram: Datagram, at now: Instant) {
        statistics.packetsReceived += 1
        statistics.bytesReceived += UInt64(datagram.bytes.count)
        guard let first = datagram.bytes.first, ice.state != .closed else {
            statistics.unrecognised += 1
            return
        }
        // RFC 7983 §7.
        switch first {
        case 0...3:
            ice.handle(datagram, at: now)
        case 20...63:
            guard ice.isProven(datagram) else {
                statistics.unrecognised += 1
                return
            }
            handleDTLS(datagram.bytes, at: now)
        case 128...191:
            guard ice.isProven(datagram) else {
                statistics.unrecognised += 1
                return
            }
            // Media changes no layer's state: nothing to advance.
            handleMedia(datagram, at: now)
            return
        default:
            statistics.unrecognised += 1
            return
        }
        advance(at: now)
    }

    private func handleDTLS(_ bytes: [UInt8], at now: Instant) {
        if let dtls {
            dtls.handle(bytes, at: now)
        } else if earlyInbound.count < Self.earlyDatagramLimit {
            earlyInbound.append(bytes)
        }
    }

    /// Carries what one layer has produced to the next, until all are quiet.
    func advance(at now: Instant) {
        advanceICE(at: now)
        advanceDTLS(at: now)
        advanceChannels(at: now)
    }

    private func advanceICE(at now: Instant) {
        for event in ice.events {
            switch event {
            case .stateChanged(let state): output.append(.event(.iceStateChanged(state)))
            case .selected(let path):
                output.append(.event(.selectedPair(local: path.local, remote: path.remote)))
            }
        }
        ice.events.removeAll(keepingCapacity: true)
        for datagram in ice.outbound { transmit(datagram) }
        ice.outbound.removeAll(keepingCapacity: true)
    }

    private func advanceDTLS(at now: Instant) {
        guard let dtls else { return }
        if !hasStartedDTLS, ice.sendPath != nil {
            hasStartedDTLS = true
            dtls.start(at: now)
        }
        switch dtls.state {
        case .handshaking: break
        case .failed(let reason): failDTLS(reason)
        case .connected:
            if !hasReportedDTLS { adoptKeys(of: dtls) }
            if hasReportedDTLS, srtp != nil { channels?.start(role: dtls.role, at: now) }
        }
        for packet in dtls.takeData() { channels?.handle(packet, at: now) }
        sendDTLS()
    }

    private func sendDTLS() {
        guard let dtls else { return }
        let datagrams = dtls.takeDatagrams()
        guard let path = ice.sendPath else {
            let room = max(0, Self.earlyDatagramLimit - earlyOutbound.count)
            earlyOutbound += datagrams.prefix(room)
            return
        }
        for datagram in earlyOutbound + datagrams { transmit(datagram, on: path) }
        earlyOutbound.removeAll()
    }

    private func adoptKeys(of dtls: DTLSEndpoint) {
        guard let keys = dtls.exportKeys(), let session = SRTPSession(keys) else {
            failDTLS("the peer agreed on no SRTP profile of ours")
            return
        }
        srtp = session
        hasReportedDTLS = true
        output.append(.event(.dtlsConnected(session.profile)))
        let early = earlyMedia
        earlyMedia.removeAll()
        for (datagram, arrival) in early { handleMedia(datagram, at: arrival) }
    }

    func failDTLS(_ reason: String) {
        guard !hasReportedDTLS else { return }
        hasReportedDTLS = true
        earlyMedia.removeAll()
        output.append(.event(.dtlsFailed(reason)))
    }

    private func advanceChannels(at now: Instant) {
        guard let channels else { return }
        for packet in channels.takePackets() { dtls?.send(packet) }
        sendDTLS()
        for event in channels.takeEvents() {
            switch event {
            case .opened(let id, let label, let stream):
                output.append(.event(.dataChannelOpened(id, label: label, stream: stream)))
            case .message(let id, let bytes, let binary):
                output.append(.event(.dataChannelMessage(id, bytes, binary: binary)))
            case .closed(let id): output.append(.event(.dataChannelClosed(id)))
            }
        }
    }
}
