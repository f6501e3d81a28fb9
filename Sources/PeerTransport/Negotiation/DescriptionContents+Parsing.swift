import MediaWire

extension DescriptionContents {
    /// Reads a description and checks what negotiation relies on: named sections, one bundle, one transport.
    init(parsing text: String) throws(NegotiationError) {
        let description: SessionDescription
        do {
            description = try SessionDescription.parse(text)
        } catch {
            throw NegotiationError(.malformed, error.description)
        }
        guard !description.media.isEmpty else {
            throw NegotiationError(.invalid, "the description has no media sections")
        }
        guard description.media.count <= Self.maximumSections else {
            throw NegotiationError(
                .tooLarge,
                "the description has \(description.media.count) media sections, more than \(Self.maximumSections)"
            )
        }
        sections = []
        for (index, media) in description.media.enumerated() {
            sections.append(try SectionDescription(media, index: index))
        }
        try Self.check(bundle: description.bundledMids, of: sections)
        let tagged = zip(sections, description.media).first { !$0.0.isRejected }
        transport = try tagged.map { section, media throws(NegotiationError) in
            try TransportDescription(media, of: description, mid: section.mid)
        }
    }

    private static func check(bundle: [String], of sections: [SectionDescription]) throws(NegotiationError) {
        let known = Set(sections.map(\.mid.rawValue))
        if let stranger = bundle.first(where: { !known.contains($0) }) {
            throw NegotiationError(.invalid, "a=group:BUNDLE names mid \(stranger), which no media section has")
        }
        let accepted = sections.filter { !$0.isRejected && $0.kind.isSupported }
        // A single section needs no group.
        guard accepted.count > 1 || !bundle.isEmpty else { return }
        let bundled = Set(bundle)
        if let outside = accepted.first(where: { !bundled.contains($0.mid.rawValue) }) {
            throw NegotiationError(
                .unsupported,
                "mid \(outside.mid) is not in a=group:BUNDLE; all media must share one transport"
            )
        }
    }
}

extension SectionDescription.Kind {
    var isSupported: Bool { if case .unknown = self { false } else { true } }
}

extension TransportDescription {
    fileprivate init(
        _ media: SDPMedia,
        of description: SessionDescription,
        mid: Mid
    ) throws(NegotiationError) {
        let transport = media.transport.inheriting(from: description.transport)
        guard let ufrag = transport.iceUfrag else {
            throw NegotiationError(.invalid, "mid \(mid) has no a=ice-ufrag")
        }
        guard let password = transport.icePwd else {
            throw NegotiationError(.invalid, "mid \(mid) has no a=ice-pwd")
        }
        guard !transport.fingerprints.isEmpty else {
            throw NegotiationError(.invalid, "mid \(mid) has no a=fingerprint")
        }
        let usable = transport.fingerprints.lazy.compactMap {
            Fingerprint(algorithm: $0.algorithm, value: $0.value)
        }
        guard let fingerprint = usable.first else {
            throw NegotiationError(
                .unsupported,
                "no a=fingerprint of mid \(mid) is a SHA-256, SHA-384 or SHA-512 hash"
            )
        }
        guard let setup = Setup(rawValue: (transport.setup ?? .actpass).rawValue) else {
            throw NegotiationError(.unsupported, "a=setup:holdconn of mid \(mid) leaves no one to begin DTLS")
        }
        self.init(
            credentials: ICECredentials(ufrag: ufrag, password: password),
            fingerprint: fingerprint,
            setup: setup,
            candidates: Array(
                description.media.lazy.flatMap(\.candidates).prefix(DescriptionContents.maximumCandidates)
            ),
            isLite: description.iceLite
        )
    }
}
