import MediaWire
import Testing

@testable import PeerTransport

/// A client whose offer changes the codecs of what it receives has built its receivers anew.
@Suite struct RebuiltReceiverTests {
    private let peer: PeerConnection
    private let video: SenderID
    private let offer = ClientOffer.initial
    /// What LiveKit's Rust engine 1.2.1 makes of its offers from the first published video on.
    private let changed: ClientOffer
    private let first: DescriptionText

    init() throws {
        peer = try PeerConnection.answering()
        _ = peer.addSender(kind: .audio, codecs: [.opus], streamID: "PA|TR_1", trackID: "TR_1")
        video = peer.addSender(kind: .video, codecs: [.h264], streamID: "PA|TR_2", trackID: "TR_2")
        first = try peer.answer(offer)
        var changed = offer
        changed.sections = offer.sections.map { section in
            section
                .replacing("VP8/90000\n", with: "VP8/90000\na=fmtp:96 x-google-start-bitrate=1000\n")
                .replacing("profile-level-id=42e01f\n", with: "profile-level-id=42e01f;x-google-start-bitrate=1000\n")
        }
        self.changed = changed
    }

    @Test func newSourcesAreDeclaredAndSentFrom() throws {
        let answer = try peer.answer(changed)

        let before = Self.sources(first.sections[3])
        let after = Self.sources(answer.sections[3])
        #expect(before.count == 2 && after.count == 2)
        #expect(before.isDisjoint(with: after))
        #expect(peer.mid(of: video) == "3")
        #expect(answer.sections[3].value("msid") == "PA|TR_2 TR_2", "it is the same track")
        let sent = Set(peer.statistics.outbound.filter { $0.sender == video }.map { "\($0.ssrc)" })
        #expect(sent.count == 1 && sent.isSubset(of: after))
        let known = Set(peer.outboundBySource.keys.map { "\($0)" })
        #expect(known.isSuperset(of: after) && known.isDisjoint(with: before), "requests name the new ones")
    }

    @Test func soundKeepsItsSources() throws {
        var changed = offer
        changed.sections = offer.sections.map { $0.replacing("minptime=10", with: "minptime=20") }
        #expect(changed.sections[0] != offer.sections[0])
        #expect(Self.sources(try peer.answer(changed).sections[0]) == Self.sources(first.sections[0]))
    }

    @Test func sourcesStayWhereTheCodecsDo() throws {
        var more = offer
        more.addVideoSender(cid: "cam")
        more.sections[3] = more.sections[3].replacing("a=rtcp-fb:109 goog-remb\n", with: "")
        #expect(more.sections[3] != offer.sections[3])
        #expect(Self.sources(try peer.answer(more).sections[3]) == Self.sources(first.sections[3]))
    }

    @Test func oneChangeMeansOneRenewal() throws {
        let second = Self.sources(try peer.answer(changed).sections[3])
        #expect(Self.sources(try peer.answer(changed).sections[3]) == second)
    }

    @Test func anOfferOverriddenBeforeItsAnswerCounts() throws {
        try peer.setRemoteOffer(changed.text, at: testStart)
        let answer = try peer.answer(changed)
        #expect(Self.sources(answer.sections[3]).isDisjoint(with: Self.sources(first.sections[3])))
    }

    @Test func theClockOfTheStreamIsKept() throws {
        let ntp = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)
        peer.setSenderClock(video, ntp: ntp, rtpTimestamp: 1000, at: testStart)
        let old = try #require(peer.track(video)?.streams.first)
        _ = try peer.answer(changed)
        let new = try #require(peer.track(video)?.streams.first)
        #expect(new.ssrc != old.ssrc && new.retransmissionSSRC != old.retransmissionSSRC)
        let clock = try #require(new.clock.read(at: testStart, clockRate: 90_000))
        #expect(clock.ntp == ntp && clock.timestamp == 1000)
    }

    private static func sources(_ section: DescriptionText.Section) -> Set<String> {
        Set(section.values("ssrc").compactMap { $0.split(separator: " ").first.map(String.init) })
    }
}
