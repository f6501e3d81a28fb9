import LiveKitProtocol
import MediaWire
import Testing

@testable import RoomClient

@Suite struct OfferNegotiationTests {
    @Test func `one offer is under way at a time and changes meanwhile make another`() {
        var negotiation = OfferNegotiation()
        #expect(negotiation.need() == true)
        let id = negotiation.offering(at: milliseconds(0))
        #expect(id != 0)
        #expect(negotiation.need() == false)
        #expect(!negotiation.needsAnother)
        #expect(negotiation.answered(id: id) == true)
        #expect(negotiation.needsAnother)
        #expect(negotiation.offering(at: milliseconds(1)) != id)
        #expect(!negotiation.needsAnother)
    }

    @Test func `an answer to another offer is ignored and one without identifier is taken`() {
        var negotiation = OfferNegotiation()
        let id = negotiation.offering(at: milliseconds(0))
        #expect(negotiation.answered(id: id &+ 1) == false)
        #expect(negotiation.answered(id: 0) == true)
        #expect(negotiation.answered(id: 0) == false)
    }

    @Test func `an unanswered offer has a deadline until it is abandoned`() {
        var negotiation = OfferNegotiation()
        #expect(negotiation.deadline == nil)
        _ = negotiation.offering(at: milliseconds(0))
        #expect(negotiation.deadline == milliseconds(15_000))
        negotiation.abandon()
        #expect(negotiation.deadline == nil)
        #expect(negotiation.need() == true)
    }
}

@Suite struct ReliableMessagesTests {
    private func message(_ sequence: UInt32, from sender: String = "PA_a") -> Livekit_DataPacket {
        var packet = Livekit_DataPacket()
        packet.sequence = sequence
        packet.participantSid = sender
        return packet
    }

    @Test func `what the server has not seen is sent again in order`() {
        var messages = ReliableMessages()
        for byte in 1...5 as ClosedRange<UInt8> {
            let sequence = messages.nextSequence()
            messages.sent([byte], sequence: sequence)
        }
        #expect(messages.unseen(after: 3) == [[4], [5]])
        #expect(messages.unseen(after: 3) == [[4], [5]])
        #expect(messages.unseen(after: 5) == [])
    }

    @Test func `what is kept is bounded`() {
        var messages = ReliableMessages()
        for _ in 0..<100 {
            let sequence = messages.nextSequence()
            messages.sent(Array(repeating: 0, count: 50_000), sequence: sequence)
        }
        #expect(messages.unseen(after: 0).count == ReliableMessages.maximumKeptBytes / 50_000)
    }

    @Test func `repeated messages are known by sender and number`() {
        var messages = ReliableMessages()
        #expect(messages.isNew(message(1)) == true)
        #expect(messages.isNew(message(2)) == true)
        #expect(messages.isNew(message(2)) == false)
        #expect(messages.isNew(message(1)) == false)
        #expect(messages.isNew(message(1, from: "PA_b")) == true)
        #expect(messages.isNew(message(0)) == true)
        #expect(messages.receiveStates.map(\.lastSeq).sorted() == [1, 2])
    }
}

@Suite struct LocalTrackDescriptionTests {
    private let layers = [
        LocalTrackDescription.Layer(rid: "q", width: 320, height: 180, bitrate: 160_000),
        LocalTrackDescription.Layer(rid: "h", width: 640, height: 360, bitrate: 450_000),
        LocalTrackDescription.Layer(rid: "f", width: 1280, height: 720, bitrate: 2_000_000),
    ]

    private func quality(_ quality: Livekit_VideoQuality, _ isEnabled: Bool) -> Livekit_SubscribedQuality {
        var described = Livekit_SubscribedQuality()
        described.quality = quality
        described.enabled = isEnabled
        return described
    }

    @Test func `simulcast is announced by its layers from low to high`() {
        let request = LocalTrackDescription.video(name: "cam", codec: .h264, layers: layers).request(cid: "TR_x")
        #expect(request.cid == "TR_x")
        #expect(request.type == .video)
        #expect((request.width, request.height) == (1280, 720))
        #expect(request.layers.map(\.quality) == [.low, .medium, .high])
        #expect(request.simulcastCodecs.first?.codec == "video/H264")
        #expect(request.simulcastCodecs.first?.cid == "TR_x")
    }

    @Test func `sound is announced with its channels`() {
        let request = LocalTrackDescription.audio(name: "mic", isStereo: true).request(cid: "TR_x")
        #expect(request.type == .audio)
        #expect(request.stereo)
        #expect(request.audioFeatures == [.tfStereo])
        #expect(request.layers.isEmpty)
    }

    @Test func `rids are negotiated only for several layers`() {
        #expect(LocalTrackDescription.video(name: "", codec: .vp8, layers: layers).rids == ["q", "h", "f"])
        #expect(LocalTrackDescription.video(name: "", codec: .vp8, layers: [layers[2]]).rids == [])
    }

    @Test func `the server's qualities are the layers by rank`() {
        let three = LocalTrackDescription.video(name: "", codec: .vp8, layers: layers)
        #expect(
            three.rids(enabledBy: [quality(.low, true), quality(.medium, false), quality(.high, true)]) == ["q", "f"]
        )
        let one = LocalTrackDescription.video(name: "", codec: .vp8, layers: [layers[0]])
        #expect(one.rids(enabledBy: [quality(.medium, true)]) == ["q"])
        #expect(one.rids(enabledBy: [quality(.medium, false)]) == [])
    }

    @Test func `a quality that no layer has stands for the next better one`() {
        var two = LocalTrackDescription.video(name: "", codec: .vp8, layers: [layers[0], layers[1]])
        #expect(two.request(cid: "TR_x").layers.map(\.quality) == [.low, .medium])
        #expect(two.rids(enabledBy: [quality(.low, true), quality(.medium, false), quality(.high, false)]) == ["q"])
        #expect(two.rids(enabledBy: [quality(.high, true)]) == ["h"])
        (two.layers[0].quality, two.layers[1].quality) = (.low, .high)
        #expect(two.request(cid: "TR_x").layers.map(\.quality) == [.low, .high])
        #expect(two.rids(enabledBy: [quality(.low, true), quality(.medium, true)]) == ["q", "h"])
        #expect(two.rids(enabledBy: [quality(.low, false), quality(.high, false)]) == [])
    }

    @Test func `descriptions that make no sense are refused with a reason`() {
        var twice = LocalTrackDescription.video(name: "", codec: .vp8, layers: layers)
        twice.layers[1].rid = "q"
        var flat = LocalTrackDescription.video(name: "", codec: .vp8, layers: layers)
        flat.layers[0].height = 0
        var sounding = LocalTrackDescription.audio(name: "")
        sounding.layers = layers
        let faulty = [
            twice, flat, sounding, LocalTrackDescription.video(name: "", codec: .opus, layers: layers),
            LocalTrackDescription.video(name: "", codec: .vp8, layers: []),
        ]
        for description in faulty { #expect(description.fault != nil) }
        #expect(LocalTrackDescription.video(name: "", codec: .vp8, layers: layers).fault == nil)
        #expect(LocalTrackDescription.audio(name: "").fault == nil)
    }
}
