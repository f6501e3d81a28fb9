import MediaWire

extension Negotiator {
    /// Describes our side for an offer; every waiting sender gets a section.
    mutating func createOffer() throws(NegotiationError) -> [SectionDescription] {
        guard case .stable = state else {
            throw NegotiationError(.wrongState, "cannot offer before the previous exchange is complete")
        }
        for index in senders.indices where senders[index].section == nil && !senders[index].isRefused {
            let kind = SectionDescription.Kind.media(senders[index].kind)
            assign(index, to: freeSection(kind) ?? appendSection(kind))
        }
        if rules.dataChannels, !sections.contains(where: { $0.kind == .application }) {
            _ = appendSection(.application)
        }
        guard !sections.isEmpty else {
            throw NegotiationError(.wrongState, "there is nothing to offer: no sender and no data channels")
        }
        let described = sections.indices.map(offered)
        for index in sections.indices { sections[index].lastLocal = described[index] }
        state = .haveLocalOffer(described)
        return described
    }

    /// Takes the answer to our offer.
    mutating func setRemoteAnswer(_ answer: DescriptionContents) throws(NegotiationError) {
        guard case .haveLocalOffer(let offer) = state else {
            throw NegotiationError(.wrongState, "an answer came without an offer of ours outstanding")
        }
        guard answer.sections.count == offer.count else {
            throw NegotiationError(
                .invalid,
                "the answer has \(answer.sections.count) media sections, the offer has \(offer.count)"
            )
        }
        for (index, (ours, theirs)) in zip(offer, answer.sections).enumerated() {
            guard ours.kind == theirs.kind, ours.mid == theirs.mid else {
                throw NegotiationError(
                    .invalid,
                    "media section \(index) of the answer is mid \(theirs.mid), the offer has \(ours.mid) there"
                )
            }
            accept(theirs, to: ours, in: index)
        }
        if let transport = answer.transport {
            guard transport.setup != .actpass else {
                throw NegotiationError(.invalid, "an answer must choose a=setup:active or a=setup:passive, not actpass")
            }
            try adopt(transport)
        }
        refuseIncompatibleSenders()
        state = .stable
    }

    private mutating func accept(_ theirs: SectionDescription, to ours: SectionDescription, in index: Int) {
        sections[index].lastRemote = theirs
        guard !theirs.isRejected else { return stop(index) }
        switch ours.kind {
        case .application: adoptDataChannels(theirs)
        case .media(let kind): sections[index].negotiated = agreement(kind: kind, ours: ours, theirs: theirs)
        case .unknown: break
        }
    }

    /// What an answer to our offer settles: only what stands in both, in the answer's order.
    private func agreement(
        kind: MediaKind,
        ours: SectionDescription,
        theirs: SectionDescription
    ) -> NegotiatedSection {
        let codecs = theirs.codecs.filter { ours.codec(payloadType: $0.payloadType)?.codec == $0.codec }
        let rids = ours.sentRids.filter(theirs.receivedRids.contains)
        return NegotiatedSection(
            kind: kind,
            mid: ours.mid,
            sends: ours.sends && theirs.receives && !codecs.isEmpty,
            receives: ours.receives && theirs.sends && !codecs.isEmpty,
            codecs: codecs,
            extensions: theirs.extensions,
            // An answerer without simulcast takes one stream: the first layer (RFC 8853 §5.3.2).
            acceptedRids: rids.isEmpty ? Array(ours.sentRids.prefix(1)) : rids,
            remoteStreamID: theirs.streamID,
            remoteTrackID: theirs.trackID,
            remoteRids: theirs.sentRids,
            remoteSources: theirs.sources
        )
    }

    private func freeSection(_ kind: SectionDescription.Kind) -> Int? {
        sections.firstIndex { $0.kind == kind && $0.isFree }
    }

    private mutating func appendSection(_ kind: SectionDescription.Kind) -> Int {
        sections.append(Section(kind: kind, mid: Mid("\(sections.count)")))
        return sections.count - 1
    }

    private func offered(_ index: Int) -> SectionDescription {
        let section = sections[index]
        guard let kind = section.kind.mediaKind else {
            var description = SectionDescription(
                kind: .application,
                profile: "UDP/DTLS/SCTP",
                formats: ["webrtc-datachannel"],
                mid: section.mid
            )
            description.sctpPort = NegotiationRules.sctpPort
            description.maxMessageSize = rules.maxMessageSize
            description.isRejected = section.isStopped
            return description
        }
        var description = SectionDescription(kind: section.kind, profile: "UDP/TLS/RTP/SAVPF", mid: section.mid)
        description.isRejected = section.isStopped
        guard let sender = section.sender.flatMap(sender) else {
            description.codecs = section.lastLocal?.codecs ?? rules.codecs(kind)
            description.extensions = section.lastLocal?.extensions ?? ExtensionMap()
            return description
        }
        description.codecs = offeredCodecs(of: sender)
        for uri in rules.headerExtensions.offered(for: kind, sends: true, receives: false) {
            let isLayered = uri == .rid || uri == .repairedRid
            if isLayered, sender.rids.isEmpty { continue }
            description.extensions[uri] = ExtensionMap.offeredNumber(uri)
        }
        describe(sender, in: &description)
        return description
    }

    private func offeredCodecs(of sender: SenderDescription) -> [CodecParameters] {
        // The same format in every section: a payload type means one thing in a bundle (RFC 8843 §9.1).
        let isStereo = senders.contains { $0.isStereo && $0.kind == .audio }
        let isNumbered = rules.headerExtensions.stamped(for: sender.kind).contains(.transportWideCC)
        return sender.codecs.flatMap { codec in
            rules.codecs(sender.kind).filter { $0.codec == codec }.map { parameters in
                var parameters = parameters
                if codec == .opus, isStereo { parameters.format += ";sprop-stereo=1" }
                if !isNumbered { parameters.feedback.removeAll { $0 == "transport-cc" } }
                return parameters
            }
        }
    }

    /// Writes a sender's identifiers and streams into its section.
    func describe(_ sender: SenderDescription, in description: inout SectionDescription) {
        description.sends = true
        description.streamID = sender.streamID
        description.trackID = sender.trackID
        if sender.rids.isEmpty {
            let repairs = description.codecs.contains { $0.retransmissionPayloadType != nil }
            description.sources = sender.streams.map {
                SectionDescription.Source(
                    ssrc: $0.ssrc,
                    retransmission: repairs ? $0.retransmission : nil,
                    cname: sender.cname
                )
            }
        } else {
            description.sentRids = sender.rids
        }
    }
}
