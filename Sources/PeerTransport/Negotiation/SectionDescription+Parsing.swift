import MediaWire

extension SectionDescription {
    /// The longest mid and rid; they travel in header extensions, whose values have 255 bytes.
    private static let maximumNameLength = 64

    init(_ media: SDPMedia, index: Int) throws(NegotiationError) {
        let kind: Kind =
            if media.isDataChannel {
                .application
            } else if media.isRTP, let kind = media.kind {
                .media(kind)
            } else {
                .unknown(media.mediaType)
            }
        guard let mid = media.mid, !mid.isEmpty else {
            throw NegotiationError(.invalid, "media section \(index) has no a=mid")
        }
        guard mid.utf8.count <= Self.maximumNameLength else {
            throw NegotiationError(
                .tooLarge,
                "the mid of media section \(index) is longer than \(Self.maximumNameLength) bytes"
            )
        }
        guard media.payloads.count <= DescriptionContents.maximumCodecs else {
            throw NegotiationError(
                .tooLarge,
                "mid \(mid) has more than \(DescriptionContents.maximumCodecs) payload types"
            )
        }
        self.init(
            kind: kind,
            profile: media.protocolName,
            formats: media.isRTP ? media.payloads.map { String($0.type) } : media.formats,
            mid: Mid(mid)
        )
        isRejected = media.isRejected
        sends = media.direction.sends
        receives = media.direction.receives
        sctpPort = media.sctpPort
        maxMessageSize = media.maxMessageSize
        guard let mediaKind = kind.mediaKind else { return }
        readCodecs(media, kind: mediaKind)
        for map in media.extensionMaps {
            if let uri = map.known, extensions[uri] == nil { extensions[uri] = map.id }
        }
        readTrack(media)
        try readLayers(media)
    }

    private mutating func readCodecs(_ media: SDPMedia, kind: MediaKind) {
        for payload in media.payloads {
            // The name `red` means another format in video.
            guard let codec = payload.codec, codec.kind == kind, payload.clockRate == codec.clockRate else { continue }
            codecs.append(
                CodecParameters(
                    codec: codec,
                    payloadType: payload.type,
                    retransmissionPayloadType: media.retransmission(of: payload.type)?.type,
                    clockRate: payload.clockRate,
                    channels: payload.channels,
                    format: payload.parameters ?? "",
                    feedback: payload.feedback
                )
            )
        }
    }

    private mutating func readTrack(_ media: SDPMedia) {
        guard sends else { return }
        // Before `a=msid` there was an attribute of each source.
        let legacy = media.sources.lazy.flatMap(\.attributes).first { $0.name == "msid" }?.value
        if let stream = media.streamID {
            streamID = stream.stream
            trackID = stream.track ?? ""
        } else if let parts = legacy?.split(separator: " ") {
            streamID = parts.first.map(String.init) ?? ""
            trackID = parts.dropFirst().first.map(String.init) ?? ""
        }
        let pairs = media.sourceGroups.filter {
            $0.semantics == SDPSourceGroup.flowIdentification && $0.sources.count == 2
        }
        let repairs = Set(pairs.map { $0.sources[1] })
        for source in media.sources.prefix(DescriptionContents.maximumSources) where !repairs.contains(source.ssrc) {
            let pair = pairs.first { $0.sources[0] == source.ssrc }
            sources.append(Source(ssrc: source.ssrc, retransmission: pair?.sources[1]))
        }
    }

    private mutating func readLayers(_ media: SDPMedia) throws(NegotiationError) {
        let sent = media.rids.filter { $0.direction == .send }.map(\.id)
        let received = media.rids.filter { $0.direction == .receive }.map(\.id)
        sentRids = media.simulcast?.send.filter(sent.contains) ?? []
        receivedRids = media.simulcast?.receive.filter(received.contains) ?? []
        guard sentRids.count <= DescriptionContents.maximumRids, receivedRids.count <= DescriptionContents.maximumRids
        else {
            throw NegotiationError(
                .tooLarge,
                "mid \(mid) has more than \(DescriptionContents.maximumRids) simulcast layers"
            )
        }
        guard Set(sentRids).count == sentRids.count, Set(receivedRids).count == receivedRids.count else {
            throw NegotiationError(.invalid, "mid \(mid) names a simulcast layer twice")
        }
        if let long = (sentRids + receivedRids).first(where: { $0.utf8.count > Self.maximumNameLength }) {
            throw NegotiationError(
                .tooLarge,
                "the rid \(long.prefix(16))… of mid \(mid) is longer than \(Self.maximumNameLength) bytes"
            )
        }
    }
}
