import MediaWire
import Testing

@testable import PeerTransport

/// Two connections that exchange descriptions but no packets.
private struct Pair {
    let offerer: PeerConnection
    let answerer: PeerConnection

    init() throws {
        offerer = try .answering { $0.iceRole = .controlling }
        answerer = try .answering()
    }

    /// One exchange; both descriptions.
    func exchange() throws -> (offer: DescriptionText, answer: DescriptionText) {
        let offer = try offerer.createOffer(at: testStart)
        try answerer.setRemoteOffer(offer, at: testStart)
        let answer = try answerer.createAnswer(at: testStart)
        try offerer.setRemoteAnswer(answer, at: testStart)
        return (DescriptionText(offer), DescriptionText(answer))
    }
}

/// A server that offers its tracks to a subscriber.
@Suite struct SubscriberOfferTests {
    @Test func anOfferOfDataChannelsAloneIsPossible() throws {
        let pair = try Pair()
        let (offer, answer) = try pair.exchange()
        #expect(offer.sections.map(\.formats) == [["webrtc-datachannel"]])
        #expect(offer.sections[0].value("setup") == "actpass")
        #expect(answer.sections[0].value("sctp-port") == "5000")
        #expect(answer.sections[0].value("setup") == "active")
    }

    @Test func tracksAreOfferedWithLiveKitsPayloadTypes() throws {
        let pair = try Pair()
        let audio = pair.offerer.addSender(kind: .audio, codecs: [.red, .opus], streamID: "PA|TR_a", trackID: "TR_a")
        let video = pair.offerer.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR_v", trackID: "TR_v")
        let (offer, answer) = try pair.exchange()

        #expect(offer.bundle == ["0", "1", "2"])
        #expect(offer.sections[0].formats == ["63", "111"])
        #expect(offer.sections[0].format(111) == "minptime=10;useinbandfec=1")
        #expect(offer.sections[0].feedback(111).contains("nack"))
        #expect(offer.sections[1].formats == ["96", "97"])
        #expect(offer.sections[1].format(97) == "apt=96")
        #expect(offer.sections[1].value("msid") == "PA|TR_v TR_v")
        #expect(offer.sections[1].values("simulcast") == [])
        #expect(offer.sections[1].value("ssrc-group")?.hasPrefix("FID ") == true)
        #expect(answer.sections.map(\.direction) == ["recvonly", "recvonly", nil])

        #expect(pair.offerer.codec(of: audio) == .red)
        #expect(pair.offerer.payloadType(of: video, codec: .vp8) == 96)
        #expect(pair.answerer.remoteTracks.map(\.trackID) == ["TR_a", "TR_v"])
        #expect(pair.answerer.remoteTracks.map(\.codecs) == [[.red, .opus], [.vp8]])
    }

    @Test func sectionsKeepTheirOrderAndAreReusedAfterAnInactiveExchange() throws {
        let pair = try Pair()
        let first = pair.offerer.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR_1", trackID: "TR_1")
        _ = pair.offerer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|TR_2", trackID: "TR_2")
        _ = try pair.exchange()
        pair.offerer.removeSender(first)
        let second = pair.offerer.addSender(kind: .video, codecs: [.vp9], streamID: "PA|TR_3", trackID: "TR_3")
        let (offer, _) = try pair.exchange()
        #expect(offer.sections.map(\.mid) == ["0", "1", "2", "3"])
        #expect(offer.sections.map(\.direction) == ["inactive", "sendonly", nil, "sendonly"])
        #expect(pair.offerer.mid(of: second) == "3")

        let third = pair.offerer.addSender(kind: .video, codecs: [.h264], streamID: "PA|TR_4", trackID: "TR_4")
        let (again, _) = try pair.exchange()
        #expect(again.sections.count == 4)
        #expect(pair.offerer.mid(of: third) == "0")
        #expect(again.sections[0].value("msid") == "PA|TR_4 TR_4")
        #expect(again.sections[0].formats == ["108", "109", "125", "126", "123", "124"])
        #expect(pair.offerer.payloadType(of: third, codec: .h264) == 108)
        #expect(Set(pair.answerer.remoteTracks.map(\.trackID)) == ["TR_2", "TR_3", "TR_4"])
    }

    @Test func aRejectedSectionStopsAndItsSenderMovesOn() throws {
        let pair = try Pair()
        let sender = pair.offerer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|TR_1", trackID: "TR_1")
        let offer = try pair.offerer.createOffer(at: testStart)
        try pair.answerer.setRemoteOffer(offer, at: testStart)
        let answer = try pair.answerer.createAnswer(at: testStart)
            .replacing("m=audio 9", with: "m=audio 0").replacing("BUNDLE 0 1", with: "BUNDLE 1")
        try pair.offerer.setRemoteAnswer(answer, at: testStart)
        #expect(pair.offerer.mid(of: sender) == nil)

        let again = DescriptionText(try pair.offerer.createOffer(at: testStart))
        #expect(again.sections[0].isRejected)
        #expect(again.sections[2].direction == "sendonly")
        #expect(again.bundle == ["1", "2"])
    }

    @Test func stereoIsAnnouncedForTheWholeBundle() throws {
        let pair = try Pair()
        _ = pair.offerer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|1", trackID: "TR_1")
        _ = pair.offerer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|2", trackID: "TR_2", stereo: true)
        let (offer, _) = try pair.exchange()
        #expect(Set(offer.sections.compactMap { $0.format(111) }) == ["minptime=10;useinbandfec=1;sprop-stereo=1"])
    }
}

/// A client that publishes.
@Suite struct PublisherOfferTests {
    @Test func simulcastIsOfferedByRidsWithoutSources() throws {
        let pair = try Pair()
        let sender = pair.offerer.addSender(
            kind: .video,
            codecs: [.vp8],
            streamID: "stream",
            trackID: "cid",
            rids: ["q", "h", "f"]
        )
        let (offer, answer) = try pair.exchange()
        let section = offer.sections[0]
        #expect(section.values("rid") == ["q send", "h send", "f send"])
        #expect(section.value("simulcast") == "send q;h;f")
        #expect(section.values("ssrc") == [])
        #expect(section.value("msid") == "stream cid")
        #expect(section.extensionNumber("sdes:mid") == "4")
        #expect(section.extensionNumber("sdes:rtp-stream-id") == "10")
        #expect(section.extensionNumber("sdes:repaired-rtp-stream-id") == "11")
        #expect(answer.sections[0].value("simulcast") == "recv q;h;f")
        #expect(pair.offerer.mid(of: sender) == "0")
    }

    @Test func aSingleStreamIsOfferedBySources() throws {
        let pair = try Pair()
        _ = pair.offerer.addSender(kind: .video, codecs: [.h264], streamID: "s", trackID: "cid")
        let section = try pair.exchange().offer.sections[0]
        #expect(section.values("rid") == [])
        #expect(section.values("simulcast") == [])
        #expect(section.values("ssrc").contains { $0.hasSuffix(" msid:s cid") })
    }

    @Test func onlyCodecsOfTheAnswerAreUsed() throws {
        let pair = try Pair()
        let sender = pair.offerer.addSender(kind: .video, codecs: [.av1, .vp8], streamID: "s", trackID: "cid")
        let offer = try pair.offerer.createOffer(at: testStart)
        try pair.answerer.setRemoteOffer(offer, at: testStart)
        let answer = try pair.answerer.createAnswer(preferredCodecs: ["0": [.vp8]], at: testStart)
            .replacing("SAVPF 96 97 35 36", with: "SAVPF 96 97")
        try pair.offerer.setRemoteAnswer(answer, at: testStart)
        #expect(pair.offerer.payloadType(of: sender, codec: .av1) == nil)
        #expect(pair.offerer.codec(of: sender) == .vp8)
    }
}
