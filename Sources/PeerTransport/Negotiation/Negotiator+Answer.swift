import MediaWire

extension Negotiator {
    /// Takes an offer, to be answered next.
    mutating func setRemoteOffer(_ offer: DescriptionContents) throws(NegotiationError) {
        if case .haveLocalOffer = state {
            throw NegotiationError(.wrongState, "an offer came while our own was not answered yet")
        }
        guard offer.sections.count >= sections.count else {
            throw NegotiationError(
                .invalid,
                "the offer has \(offer.sections.count) media sections, but \(sections.count) were negotiated before"
            )
        }
        for (index, theirs) in offer.sections.enumerated() {
            if index == sections.count {
                sections.append(Section(kind: theirs.kind, mid: theirs.mid))
            } else {
                try check(theirs, against: index)
            }
            noteRebuiltReceiver(index, by: theirs)
            sections[index].lastRemote = theirs
            if theirs.isRejected { stop(index) }
        }
        if let transport = offer.transport { try adopt(transport) }
        state = .haveRemoteOffer(offer)
    }

    /// Describes our side for an answer, which settles the exchange.
    ///
    /// Waiting senders get the free sections.
    mutating func createAnswer(
        preferredCodecs: [String: [Codec]],
        stereo: Set<String>
    ) throws(NegotiationError) -> [SectionDescription] {
        guard case .haveRemoteOffer(let offer) = state else {
            throw NegotiationError(.wrongState, "there is no offer to answer")
        }
        for mid in stereo { stereoSections.insert(Mid(mid)) }
        assignWaitingSenders(to: offer)
        var described: [SectionDescription] = []
        for (index, theirs) in offer.sections.enumerated() {
            let ours = answered(index, to: theirs, preferred: preferredCodecs[theirs.mid.rawValue] ?? [])
            described.append(ours)
            settle(index, ours: ours, theirs: theirs)
        }
        refuseIncompatibleSenders()
        // A section that stopped sending may carry another track next, whose number of channels is its own.
        stereoSections.formIntersection(described.lazy.filter(\.receives).map(\.mid))
        state = .stable
        return described
    }

    /// Adopts the peer's transport, which must stay with the certificate it began with.
    mutating func adopt(_ transport: TransportDescription) throws(NegotiationError) {
        if let known = remoteTransport, known.fingerprint != transport.fingerprint {
            throw NegotiationError(.unsupported, "the certificate fingerprint changed; that needs a new connection")
        }
        remoteTransport = transport
    }

    mutating func adoptDataChannels(_ theirs: SectionDescription) {
        dataChannels = DataChannelAgreement(
            remotePort: theirs.sctpPort ?? NegotiationRules.sctpPort,
            // RFC 8841 §6: 64 KiB where nothing is said, and zero means any size.
            maxMessageSize: theirs.maxMessageSize.map { $0 == 0 ? Int(Int32.max) : $0 } ?? Self.assumedMaxMessageSize
        )
    }

    private mutating func check(_ theirs: SectionDescription, against index: Int) throws(NegotiationError) {
        let ours = sections[index]
        if ours.isStopped, !theirs.isRejected {
            // A rejected section may be put to a new use (RFC 8829 §5.2.2).
            sections[index] = Section(kind: theirs.kind, mid: theirs.mid)
            return
        }
        guard ours.kind == theirs.kind, ours.mid == theirs.mid || ours.isStopped else {
            throw NegotiationError(
                .invalid,
                "media section \(index) was mid \(ours.mid) and is mid \(theirs.mid) now; sections must not move"
            )
        }
    }

    private mutating func assignWaitingSenders(to offer: DescriptionContents) {
        for index in senders.indices where senders[index].section == nil && !senders[index].isRefused {
            let sender = senders[index]
            let free = sections.indices.filter { place in
                let theirs = offer.sections[place]
                return sections[place].kind == .media(sender.kind) && sections[place].isFree && theirs.receives
                    && !theirs.sends && !theirs.isRejected
            }
            guard !free.isEmpty else { continue }
            let fitting = free.first { place in
                !acceptedCodecs(of: offer.sections[place], kind: sender.kind, for: sender).isEmpty
            }
            if let fitting { assign(index, to: fitting) } else { senders[index].isRefused = true }
        }
    }

    private func answered(
        _ index: Int,
        to theirs: SectionDescription,
        preferred: [Codec]
    ) -> SectionDescription {
        var ours = SectionDescription(
            kind: theirs.kind,
            profile: theirs.profile,
            formats: theirs.formats,
            mid: theirs.mid
        )
        ours.isRejected = true
        guard !sections[index].isStopped else { return ours }
        switch theirs.kind {
        case .application:
            ours.isRejected = !rules.dataChannels
            ours.sctpPort = NegotiationRules.sctpPort
            ours.maxMessageSize = rules.maxMessageSize
        case .media(let kind):
            answer(index, kind: kind, to: theirs, preferred: preferred, in: &ours)
        case .unknown:
            break
        }
        return ours
    }

    private func answer(
        _ index: Int,
        kind: MediaKind,
        to theirs: SectionDescription,
        preferred: [Codec],
        in ours: inout SectionDescription
    ) {
        var sender = theirs.receives ? sections[index].sender.flatMap(sender) : nil
        var codecs = acceptedCodecs(of: theirs, kind: kind, for: theirs.sends ? nil : sender)
        if codecs.isEmpty {
            sender = nil
            codecs = acceptedCodecs(of: theirs, kind: kind, for: nil)
        }
        guard !codecs.isEmpty else { return }
        ours.codecs = reordered(codecs, preferred: preferred)
        ours.isRejected = false
        for uri in rules.headerExtensions.accepted(for: kind) { ours.extensions[uri] = theirs.extensions[uri] }
        ours.receives = theirs.sends
        ours.receivedRids = theirs.sentRids
        if let sender { describe(sender, in: &ours) }
    }

    /// The offered codecs that we, and the sender if there is one, can use, with what we say to each.
    private func acceptedCodecs(
        of theirs: SectionDescription,
        kind: MediaKind,
        for sender: SenderDescription?
    ) -> [CodecParameters] {
        let supported = rules.codecs(kind).map(\.codec)
        var accepted = theirs.codecs.filter { supported.contains($0.codec) }
        if let sender {
            accepted = sender.codecs.flatMap { codec in accepted.filter { $0.codec == codec } }
        }
        // RED carries Opus: alone it means nothing.
        if !accepted.contains(where: { $0.codec == .opus }) { accepted.removeAll { $0.codec == .red } }
        let isStereo = kind == .audio && !stereoSections.isEmpty
        return accepted.map { offered in
            var parameters = offered
            parameters.feedback = rules.feedback(for: offered.codec, offered: offered.feedback)
            if offered.codec == .opus, isStereo { parameters.format = Self.stereoFormat(offered) }
            return parameters
        }
    }

    /// Opus asked for in stereo, at the bitrate LiveKit asks for; the same in all sections, since a payload type means
    /// one thing in a bundle.
    private static func stereoFormat(_ opus: CodecParameters) -> String {
        var format = opus.format
        for (key, value) in [("stereo", "1"), ("maxaveragebitrate", "510000")] where opus.formatValue(key) == nil {
            format += (format.isEmpty ? "" : ";") + "\(key)=\(value)"
        }
        return format
    }

    private func reordered(_ codecs: [CodecParameters], preferred: [Codec]) -> [CodecParameters] {
        let first = preferred.flatMap { codec in codecs.filter { $0.codec == codec } }
        return first + codecs.filter { !preferred.contains($0.codec) }
    }

    private mutating func settle(_ index: Int, ours: SectionDescription, theirs: SectionDescription) {
        sections[index].lastLocal = ours
        sections[index].isReceiverRebuilt = false
        guard !ours.isRejected else {
            stop(index)
            return
        }
        guard case .media(let kind) = ours.kind else {
            return adoptDataChannels(theirs)
        }
        sections[index].negotiated = NegotiatedSection(
            kind: kind,
            mid: ours.mid,
            sends: ours.sends,
            receives: ours.receives,
            codecs: ours.codecs,
            extensions: ours.extensions,
            acceptedRids: ours.sentRids,
            remoteStreamID: theirs.streamID,
            remoteTrackID: theirs.trackID,
            remoteRids: theirs.sentRids,
            remoteSources: theirs.sources
        )
    }
}
