import MediaWire
import Testing

@Suite struct SDPTests {
    @Test func `an offer of libwebrtc is read`() throws {
        let offer = try SessionDescription.parse(SDPFixtures.libwebrtcOffer)
        #expect(offer.origin == SDPOrigin(sessionID: 4_611_731_400_430_051_336, sessionVersion: 2))
        #expect(offer.bundledMids == ["0", "1", "2"])
        #expect(offer.extmapAllowMixed && !offer.iceLite)
        #expect(offer.attributes == [SDPAttribute(name: "msid-semantic", value: " WMS")])
        #expect(offer.media.map(\.kind) == [.audio, .video, nil])

        let audio = try #require(offer.media(mid: "0"))
        #expect(audio.payloads.map(\.type) == [111, 63, 9, 0, 8, 13, 110])
        #expect(audio.payloads.map(\.codec) == [.opus, .red, nil, .pcmu, .pcma, nil, nil])
        let opus = try #require(audio.payload(type: 111))
        #expect(opus.clockRate == 48_000 && opus.channels == 2 && opus.feedback == ["transport-cc"])
        #expect(opus.parameter("UseInbandFEC") == "1" && opus.parameter("stereo") == nil)
        #expect(audio.direction == .recvonly && audio.rtcpMux && audio.rtcpReducedSize)
        #expect(audio.extensionID(.transportWideCC) == 3 && audio.extensionID(.rid) == nil)
        #expect(audio.transport.iceUfrag == "Ab+/" && audio.transport.icePwd == "0123456789abcdefghijklmn")
        #expect(audio.transport.iceOptions == ["trickle", "renomination"] && audio.transport.setup == .actpass)
        #expect(audio.transport.fingerprints.map(\.algorithm) == ["sha-256"])

        let video = offer.media[1]
        #expect(video.payload(type: 96)?.feedback == ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"])
        #expect(video.retransmission(of: 103)?.type == 104 && video.retransmission(of: 97) == nil)
        #expect(video.payload(type: 103)?.parameter("packetization-mode") == "1")

        let data = offer.media[2]
        #expect(data.isDataChannel && !data.isRTP && data.formats == ["webrtc-datachannel"])
        #expect(data.sctpPort == 5_000 && data.maxMessageSize == 262_144)
        #expect(data.attributes == [SDPAttribute(name: "sctp-init", value: "ABEiM0RVZneImaq7")])
    }

    @Test func `simulcast is read from rids and from groups of sources`() throws {
        let offer = try SessionDescription.parse(SDPFixtures.simulcastOffer)
        let byRids = offer.media[0]
        #expect(byRids.rids.map(\.id) == ["f", "h", "q"])
        #expect(byRids.rids[1].restrictions == "pt=96;max-width=640")
        #expect(byRids.simulcast == SDPSimulcast(send: ["f", "h", "q"], receive: ["z"]))
        #expect(byRids.streamID == SDPStreamID(stream: "-", track: "{4f5c1b9e-0001}"))
        #expect(byRids.candidates.count == 2 && byRids.endOfCandidates)
        #expect(byRids.bandwidths == ["AS:2500"] && byRids.connection == "IN IP4 203.0.113.9")
        #expect(byRids.extensionMaps.map(\.id) == [4] && byRids.extensionMaps[0].direction == .sendonly)
        #expect(byRids.extensionMaps[0].known == .mid)
        #expect(
            byRids.attributes.map(\.text) == [
                "candidate:2 1 UDP 2122187007 8f2c7a10-3c8b-4a1e-8c1f-2b7d2f3a4e5b.local 54322 typ host",
                "extmap:4096 urn:example:too-many", "x-unknown-flag", "x-unknown:with:colons",
            ]
        )
        #expect(byRids.payloads.map(\.feedback) == [["nack"], ["nack"]])

        let bySources = offer.media[1]
        #expect(bySources.bundleOnly && !bySources.isRejected && bySources.direction == .sendrecv)
        #expect(
            bySources.sourceGroups == [
                SDPSourceGroup(semantics: SDPSourceGroup.simulcast, sources: [1001, 1002, 1003]),
                SDPSourceGroup(semantics: SDPSourceGroup.flowIdentification, sources: [1001, 2001]),
            ]
        )
        #expect(bySources.sources.map(\.ssrc) == [1001, 1002, 4_294_967_295])
        #expect(bySources.sources[0].canonicalName == "name of it")
        #expect(bySources.sources[0].attributes.map(\.text) == ["cname:name of it", "msid:stream track"])
    }

    @Test func `sections take from the session what they do not say`() throws {
        let offer = try SessionDescription.parse(SDPFixtures.simulcastOffer)
        let transport = offer.media[0].transport.inheriting(from: offer.transport)
        #expect(transport.iceUfrag == "8a9b" && transport.setup == .actpass && transport.iceOptions == ["trickle"])
        #expect(transport.fingerprints.first?.algorithm == "sha-256")
        #expect(transport.fingerprints.first?.value.hasPrefix("AB:AB") == true)
        let own = SDPTransport(iceUfrag: "mine", setup: .active).inheriting(from: offer.transport)
        #expect(own.iceUfrag == "mine" && own.setup == .active && own.icePwd == offer.transport.icePwd)
    }

    @Test(arguments: [SDPFixtures.libwebrtcOffer, SDPFixtures.simulcastOffer])
    func `what is read is written again`(text: String) throws {
        let description = try SessionDescription.parse(text)
        let written = description.serialized()
        #expect(try SessionDescription.parse(written) == description)
        #expect(try SessionDescription.parse(written.replacing("\r\n", with: "\n")) == description)
    }

    @Test func `lines of libwebrtc come back, apart from their order`() throws {
        let original = SDPFixtures.libwebrtcOffer.split(separator: "\n").map(String.init)
        let written = try SessionDescription.parse(SDPFixtures.libwebrtcOffer).serialized()
        #expect(Set(written.split(whereSeparator: \.isNewline).map(String.init)) == Set(original))
    }

    @Test func `an answer is written line by line`() {
        var media = SDPMedia(mediaType: "audio", protocolName: SDPMedia.rtpProtocol)
        media.mid = "0"
        media.direction = .sendonly
        media.payloads = [
            SDPPayload(
                type: 111,
                encodingName: "opus",
                clockRate: 48_000,
                channels: 2,
                parameters: "a=1",
                feedback: ["nack"]
            )
        ]
        media.extensionMaps = [SDPExtensionMap(id: 4, uri: RTPExtensionURI.mid.rawValue)]
        media.streamIDs = [SDPStreamID(stream: "PA_x|TR_y", track: "TR_y")]
        media.sources = [SDPSource(ssrc: 5, attributes: [SDPAttribute(name: "cname", value: "PA_x\r\na=evil")])]
        media.rtcpMux = true
        media.transport = SDPTransport(iceUfrag: "ufrag", icePwd: "password-of-22-letters", setup: .active)
        let description = SessionDescription(
            origin: SDPOrigin(sessionID: 1, sessionVersion: 2),
            groups: [SDPGroup(semantics: SDPGroup.bundle, mids: ["0"])],
            attributes: [SDPAttribute(name: "msid-semantic", value: "WMS *")],
            media: [media]
        )
        let lines = [
            "v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0", "a=msid-semantic:WMS *",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=ice-ufrag:ufrag",
            "a=ice-pwd:password-of-22-letters", "a=setup:active", "a=mid:0",
            "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", "a=sendonly", "a=msid:PA_x|TR_y TR_y", "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 nack", "a=fmtp:111 a=1", "a=ssrc:5 cname:PA_x a=evil", "",
        ]
        #expect(description.serialized() == lines.joined(separator: "\r\n"))
    }

    @Test(
        arguments: [
            ("", 0), ("\r\n", 0), ("hello", 1), ("a=first", 1), ("v=1", 1), ("v=0\nv=0", 2), ("v=0\n\nx", 3),
            ("v=0\no=-", 2),
            ("v=0\no=- x 1 IN IP4 a", 2), ("v=0\nm=audio", 2), ("v=0\nm=audio 99999 UDP/TLS/RTP/SAVPF 1", 2),
            ("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 128", 2), ("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF opus", 2),
            ("v=0\na=group:", 2), ("v=0\na=ice-pwd:short", 2), ("v=0\na=setup:later", 2),
            ("v=0\na=fingerprint:sha-256", 2), ("v=0\no=- 1 1 IN IP4 a\rs=-", 2), ("v=0\ns=\0", 2),
        ]
            + [
                "rtpmap:111", "rtpmap:111 opus", "rtpmap:111 opus/0", "rtpmap:x opus/48000", "rtpmap:200 opus/48000",
                "fmtp:x y", "rtcp-fb:x nack", "extmap:1", "extmap:x uri", "ssrc:-1 cname:x", "ssrc:99999999999 cname:x",
                "ssrc-group:FID x", "ssrc-group:", "rid:f", "rid:f sideways", "simulcast:send", "simulcast:both f",
                "msid:",
                "sctp-port:x", "max-message-size:-1", "ice-ufrag:abc",
            ].map { ("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 111\na=\($0)", 3) } + [
                ("v=0\nm=audio 9 x 1\na=mid:0\nm=audio 9 x 1\na=mid:0\nm=audio 9 x 1", 5)
            ]
    )
    func `malformed descriptions are refused with the line`(text: String, line: Int) {
        #expect {
            try SessionDescription.parse(text)
        } throws: {
            ($0 as? SDPError)?.line == line
        }
    }

    @Test func `sizes are bounded`() {
        let section = "m=audio 9 UDP/TLS/RTP/SAVPF 111\n"
        let many = "v=0\n" + String(repeating: section, count: SessionDescription.maximumMediaSections + 1)
        #expect(throws: SDPError.self) { try SessionDescription.parse(many) }
        let long = "v=0\n" + String(repeating: "a", count: SessionDescription.maximumLength)
        #expect(throws: SDPError.self) { try SessionDescription.parse(long) }
        for line in ["ssrc:%", "rid:% send", "extmap:1 %", "ssrc-group:FID %", "ssrc:1 a%:b"] {
            let lines = (1...300).map { "a=" + line.replacing("%", with: "\($0)") + "\n" }.joined()
            #expect(throws: SDPError.self, "\(line)") { try SessionDescription.parse("v=0\n" + section + lines) }
        }
    }

    @Test func `directions turn around`() {
        #expect(SDPDirection.allCases.map(\.reversed) == [.sendrecv, .recvonly, .sendonly, .inactive])
        for direction in SDPDirection.allCases {
            #expect(SDPDirection(sends: direction.sends, receives: direction.receives) == direction)
        }
    }

    @Test func `payload types of RFC 3551 need no rtpmap`() throws {
        let media = try SessionDescription.parse("v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 0 8 35").media[0]
        #expect(media.payloads.map(\.codec) == [.pcmu, .pcma, nil])
        #expect(media.payloads.map(\.clockRate) == [8_000, 8_000, 0])
    }
}
