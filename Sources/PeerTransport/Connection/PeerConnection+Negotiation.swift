public import MediaWire

extension PeerConnection {
    /// Describes what we send, as the local description of a new exchange.
    ///
    /// - Parameter iceRestart: Whether to look for a path anew, with new credentials.
    public func createOffer(iceRestart: Bool = false, at now: Instant) throws(NegotiationError) -> String {
        self.now = now
        var next = negotiator
        let sections = try next.createOffer()
        negotiator = next
        if iceRestart { transport.restartICE(localCredentials: .random(), at: now) }
        return describe(sections, setup: .actpass)
    }

    /// Takes an offer; `createAnswer` must follow.
    ///
    /// Tracks in it show in `remoteTracks` from now on.
    public func setRemoteOffer(_ sdp: String, at now: Instant) throws(NegotiationError) {
        self.now = now
        let offer = try DescriptionContents(parsing: sdp)
        var next = negotiator
        try next.setRemoteOffer(offer)
        negotiator = next
    }

    /// Answers the offer and brings what was agreed into effect.
    ///
    /// - Parameters:
    ///   - preferredCodecs: By mid, codecs to put first, for tracks whose publisher announced one.
    ///   - stereo: Mids of audio that is to be sent to us in stereo.
    public func createAnswer(
        preferredCodecs: [String: [Codec]] = [:],
        stereo: Set<String> = [],
        at now: Instant
    ) throws(NegotiationError) -> String {
        self.now = now
        var next = negotiator
        for id in next.rebuiltReceivers { giveNewSources(to: id, in: &next) }
        let sections = try next.createAnswer(preferredCodecs: preferredCodecs, stereo: stereo)
        let role = answeringRole(to: next.remoteTransport)
        bringIntoEffect(next, dtlsRole: role, remoteOffered: true, at: now)
        return describe(sections, setup: role == .client ? .active : .passive)
    }

    /// Takes the answer to our offer and brings what was agreed into effect.
    public func setRemoteAnswer(_ sdp: String, at now: Instant) throws(NegotiationError) {
        self.now = now
        let answer = try DescriptionContents(parsing: sdp)
        var next = negotiator
        try next.setRemoteAnswer(answer)
        let role: DTLSRole = next.remoteTransport?.setup == .active ? .server : .client
        bringIntoEffect(next, dtlsRole: role, remoteOffered: false, at: now)
    }

    /// Takes a candidate that was sent apart from the description: `candidate:…`, with or without `a=`.
    ///
    /// An empty line, which ends the candidates, and candidates with host names are ignored.
    public func addRemoteCandidate(_ line: String, at now: Instant) throws(NegotiationError) {
        self.now = now
        guard !line.isEmpty, !line.hasPrefix("a=end-of-candidates") else { return }
        let candidate: ICECandidate
        do {
            candidate = try ICECandidate(parsing: line)
        } catch .hostName {
            return
        } catch .unsupportedTransport {
            return
        } catch {
            throw NegotiationError(.malformed, "\(error)")
        }
        guard appliedTransport != nil else {
            guard earlyCandidates.count < DescriptionContents.maximumCandidates else {
                throw NegotiationError(
                    .tooLarge,
                    "more than \(DescriptionContents.maximumCandidates) candidates came before a description"
                )
            }
            earlyCandidates.append(candidate)
            return
        }
        transport.addRemoteCandidate(candidate, at: now)
    }

    // MARK: Effects

    private func bringIntoEffect(_ next: Negotiator, dtlsRole: DTLSRole, remoteOffered: Bool, at now: Instant) {
        let before = negotiator
        negotiator = next
        if let remote = next.remoteTransport {
            apply(remote, dtlsRole: dtlsRole, remoteOffered: remoteOffered, at: now)
        }
        if let channels = next.dataChannels, channels != before.dataChannels {
            areDataChannelsEnabled = true
            transport.enableDataChannels(
                remotePort: channels.remotePort,
                maxMessageSize: channels.maxMessageSize,
                at: now
            )
        }
        updateInbound(from: before)
        updateOutbound(from: before)
        updateState()
    }

    private func apply(_ remote: TransportDescription, dtlsRole: DTLSRole, remoteOffered: Bool, at now: Instant) {
        let known = appliedTransport
        appliedTransport = remote
        if let known, known.credentials != remote.credentials, remoteOffered {
            // The offerer restarts; the answer has new credentials of ours too (RFC 8839 §4.4.1.1.1).
            transport.restartICE(localCredentials: .random(), at: now)
        }
        if remote.isLite { transport.setICERole(.controlling) }
        if known?.credentials != remote.credentials { transport.setRemote(credentials: remote.credentials, at: now) }
        if known == nil {
            self.dtlsRole = dtlsRole
            transport.setRemote(fingerprint: remote.fingerprint, dtlsRole: dtlsRole, at: now)
        }
        for candidate in earlyCandidates + remote.candidates { transport.addRemoteCandidate(candidate, at: now) }
        earlyCandidates.removeAll()
    }

    private func answeringRole(to remote: TransportDescription?) -> DTLSRole {
        // Once DTLS has begun, roles stay (RFC 8842 §5.5), though every offer says actpass.
        if let dtlsRole { return dtlsRole }
        return switch remote?.setup {
        case .active: .server
        case .passive: .client
        case .actpass, nil: configuration.answeringDTLSRole
        }
    }

    private func updateInbound(from before: Negotiator) {
        for (index, section) in negotiator.sections.enumerated() {
            let known = index < before.sections.count ? before.sections[index].negotiated?.remoteTrack : nil
            let current = section.negotiated?.remoteTrack
            inbound.update(index, to: section.negotiated)
            switch (known, current) {
            case (nil, nil):
                break
            case (nil, let current?):
                events.append(.trackAdded(current))
            case (let known?, nil):
                events.append(.trackRemoved(known.ended()))
            case (let known?, let current?) where known == current:
                break
            case (let known?, let current?) where known.isSameTrack(as: current):
                events.append(.trackChanged(current))
            case (let known?, let current?):
                events.append(.trackRemoved(known.ended()))
                events.append(.trackAdded(current))
            }
        }
    }

    private func updateOutbound(from before: Negotiator) {
        for sender in negotiator.senders {
            guard let track = track(sender.id) else { continue }
            if sender.streams != before.sender(sender.id)?.streams { restart(track, as: sender) }
            track.agreement = negotiator.negotiated(for: sender.id).map {
                OutboundTrack.Agreement($0, codecs: sender.codecs, policy: configuration.headerExtensions)
            }
            if sender.isRefused, before.sender(sender.id)?.isRefused != true {
                events.append(.senderRefused(sender.id))
            }
        }
    }

    private func describe(_ sections: [SectionDescription], setup: TransportDescription.Setup) -> String {
        descriptionVersion += 1
        let contents = DescriptionContents(
            sections: sections,
            transport: TransportDescription(
                credentials: transport.localCredentials,
                fingerprint: configuration.certificate.fingerprint,
                setup: setup,
                candidates: configuration.localCandidates
            )
        )
        return contents.serialized(sessionID: sessionID, version: descriptionVersion)
    }
}

extension RemoteTrack {
    func isSameTrack(as other: RemoteTrack) -> Bool {
        mid == other.mid && kind == other.kind && streamID == other.streamID && trackID == other.trackID
    }
}
