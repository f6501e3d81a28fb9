import MediaWire
import Testing

@testable import Ingress

@Suite struct OfferedMediaTests {
    @Test(arguments: OfferFixture.all) func `what publishers offer is found`(_ fixture: OfferFixture) throws {
        let media = try OfferedMedia(parsing: fixture.text)
        #expect(media.audio?.codecs.map(\.encodingName) == fixture.audio)
        #expect(media.video?.codecs.map(\.encodingName) == fixture.video)
        #expect(media.video?.rids == fixture.rids)
        #expect(media.mids.count == 2)
    }

    /// What is done to Chromium's offer, the status of the refusal and a word of its text.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var status: Int
        var mentions: String
        var change: @Sendable (String) -> String
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "empty", status: 400, mentions: "cannot be read") { _ in "" },
        Case(name: "JSON", status: 400, mentions: "cannot be read") { _ in "{\"sdp\":\"v=0\"}" },
        Case(name: "binary", status: 400, mentions: "cannot be read") { _ in "\u{0}\u{1}\u{2}" },
        Case(name: "no sections", status: 400, mentions: "no media") { String($0.prefix { $0 != "m" }) },
        Case(name: "only receiving", status: 406, mentions: "neither") {
            $0.replacing("a=sendonly", with: "a=recvonly")
        },
        Case(name: "two videos", status: 406, mentions: "more than 1 track") {
            $0 + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\na=sendonly\r\na=rtpmap:96 VP8/90000\r\n"
        },
        Case(name: "no known sound", status: 406, mentions: "opus") {
            $0.replacing("opus/48000/2", with: "speex/16000")
        },
        Case(name: "no known pictures", status: 406, mentions: "H263") { text in
            ["VP8", "H264", "AV1", "VP9"].reduce(text) { $0.replacing("\($1)/90000", with: "H263/90000") }
        },
        Case(name: "four layers", status: 406, mentions: "4 layers") {
            $0.replacing("send q;h;f", with: "send q;h;f;x").replacing(
                "a=rid:q send",
                with: "a=rid:x send\r\na=rid:q send"
            )
        },
        Case(name: "an undeclared layer", status: 406, mentions: "invalid simulcast configuration") {
            $0.replacing("a=rid:h send\r\n", with: "")
        },
        Case(name: "a layer twice", status: 406, mentions: "invalid simulcast configuration") {
            $0.replacing("send q;h;f", with: "send q;h;q")
        },
    ]

    @Test(arguments: cases) func `an offer that cannot be taken is refused with its reason`(_ refused: Case) throws {
        let error = try #require(throws: WHIPRefusal.self) {
            try OfferedMedia(parsing: refused.change(OfferFixture.chromium.text))
        }
        #expect(error.status == refused.status, "\(error.message)")
        #expect(error.message.contains(refused.mentions), "\(error.message)")
        #expect(!error.message.contains("P2uYro0UCOQ4zxjKXaWCBui1"))
    }

    @Test func `one layer of simulcast is taken`() throws {
        let text = OfferFixture.chromium.text.replacing("send q;h;f", with: "send f")
        #expect(try OfferedMedia(parsing: text).video?.rids == ["f"])
    }
}
