import MediaWire

extension DescriptionContents {
    /// The description as SDP; `transport` must be there.
    func serialized(sessionID: UInt64, version: UInt64) -> String {
        let bundled = sections.filter { !$0.isRejected }
        var description = SessionDescription(
            origin: SDPOrigin(sessionID: sessionID, sessionVersion: version),
            groups: [SDPGroup(semantics: SDPGroup.bundle, mids: bundled.map(\.mid.rawValue))],
            extmapAllowMixed: true,
            attributes: [SDPAttribute(name: "msid-semantic", value: " WMS *")]
        )
        for section in sections {
            var media = section.media
            if !section.isRejected, let transport {
                media.transport = SDPTransport(
                    iceUfrag: transport.credentials.ufrag,
                    icePwd: transport.credentials.password,
                    iceOptions: ["trickle"],
                    fingerprints: [
                        SDPFingerprint(
                            algorithm: transport.fingerprint.algorithm.rawValue,
                            value: transport.fingerprint.value
                        )
                    ],
                    setup: SDPSetup(rawValue: transport.setup.rawValue)
                )
                if section.mid == bundled.first?.mid {
                    media.candidates = transport.candidates
                    media.endOfCandidates = !transport.candidates.isEmpty
                }
            }
            description.media.append(media)
        }
        return description.serialized()
    }
}

extension SectionDescription {
    fileprivate var media: SDPMedia {
        var media = SDPMedia(
            mediaType: kind.name,
            port: isRejected ? 0 : 9,
            protocolName: profile,
            formats: formats
        )
        media.mid = mid.rawValue
        guard case .media = kind else {
            if kind == .application, !isRejected {
                media.sctpPort = sctpPort
                media.maxMessageSize = maxMessageSize
            }
            // Echoed payload types of a rejected section: RTP sections write them from here.
            if media.isRTP { media.payloads = rejectedPayloads }
            return media
        }
        media.direction = SDPDirection(sends: sends && !isRejected, receives: receives && !isRejected)
        media.payloads = codecs.isEmpty ? rejectedPayloads : codecs.flatMap(\.payloads)
        guard !isRejected else { return media }
        media.rtcpMux = true
        media.rtcpReducedSize = true
        for uri in RTPExtensionURI.written {
            if let number = extensions[uri] {
                media.extensionMaps.append(SDPExtensionMap(id: number, uri: uri.rawValue))
            }
        }
        if sends { describeTrack(in: &media) }
        media.rids =
            sentRids.map { SDPRid(id: $0, direction: .send) } + receivedRids.map { SDPRid(id: $0, direction: .receive) }
        if !media.rids.isEmpty { media.simulcast = SDPSimulcast(send: sentRids, receive: receivedRids) }
        return media
    }

    private func describeTrack(in media: inout SDPMedia) {
        media.streamIDs = [SDPStreamID(stream: streamID, track: trackID)]
        for source in sources {
            let attributes = [
                SDPAttribute(name: "cname", value: source.cname),
                SDPAttribute(name: "msid", value: "\(streamID) \(trackID)"),
            ]
            media.sources.append(SDPSource(ssrc: source.ssrc, attributes: attributes))
            guard let retransmission = source.retransmission else { continue }
            media.sources.append(SDPSource(ssrc: retransmission, attributes: attributes))
            media.sourceGroups.append(
                SDPSourceGroup(
                    semantics: SDPSourceGroup.flowIdentification,
                    sources: [source.ssrc, retransmission]
                )
            )
        }
    }

    /// Payload types without a word about them: all a rejected section needs.
    private var rejectedPayloads: [SDPPayload] {
        formats.compactMap { UInt8($0) }.map { SDPPayload(type: $0, encodingName: "", clockRate: 0) }
    }
}

extension SectionDescription.Kind {
    fileprivate var name: String {
        switch self {
        case .media(.audio): "audio"
        case .media(.video): "video"
        case .application: "application"
        case .unknown(let name): name
        }
    }
}

extension CodecParameters {
    /// The payload type of the codec and that of its retransmissions.
    fileprivate var payloads: [SDPPayload] {
        let own = SDPPayload(
            type: payloadType,
            encodingName: codec.encodingName,
            clockRate: clockRate,
            channels: channels,
            parameters: format.isEmpty ? nil : format,
            feedback: feedback
        )
        guard let retransmissionPayloadType else { return [own] }
        return [
            own,
            SDPPayload(
                type: retransmissionPayloadType,
                encodingName: "rtx",
                clockRate: clockRate,
                parameters: "apt=\(payloadType)"
            ),
        ]
    }
}

extension RTPExtensionURI {
    /// In the order they are written.
    fileprivate static let written: [RTPExtensionURI] = [
        .mid, .rid, .repairedRid, .audioLevel, .absSendTime, .transportWideCC, .absCaptureTime, .dependencyDescriptor,
        .playoutDelay, .videoOrientation, .frameMarking, .timestampOffset,
    ]
}
