import MediaWire
import Testing

@testable import Ingress

@Suite("RTMP admission")
struct RTMPAdmissionTests {
    static let opened = RTMPConnectionTests.opened()

    static let refusals: [(RTMPRefusal, String)] = [
        (.unknownKey, "NetStream.Publish.Denied"), (.wrongKind("WHIP"), "NetStream.Publish.Denied"),
        (.disabled, "NetStream.Publish.Denied"), (.misconfigured("it has no room"), "NetStream.Publish.Denied"),
        (.deleted, "NetStream.Publish.Denied"), (.roomEnded, "NetStream.Publish.Denied"),
        (.heldBack(seconds: 3), "NetStream.Publish.Rejected"), (.noCapacity, "NetStream.Publish.Rejected"),
        (.shuttingDown, "NetStream.Publish.Rejected"),
        (.unavailable, "NetStream.Publish.Rejected"), (.unsupportedCodec("VP6"), "NetStream.Publish.Rejected"),
        (.alreadyPublishing, "NetStream.Publish.BadName"), (.takenOver, "NetStream.Publish.BadName"),
    ]

    @Test("a client that is not let in is told why, then closed", arguments: refusals)
    func refused(reason: RTMPRefusal, code: String) {
        let dialogue = RTMPDialogue(admitsAll: false)
        dialogue.receive(Self.opened)
        dialogue.refuse(reason)
        #expect(dialogue.statusCodes == [code])
        let information = dialogue.commands.last?.last
        #expect(information?["level"] == .string("error"))
        #expect(information?["description"] == .string(reason.description))
        #expect(dialogue.answers.last?.stream == 1)
        // It has time to read it.
        #expect(!dialogue.isDisconnected)
        dialogue.wait(.seconds(1))
        #expect(!dialogue.isDisconnected)
        dialogue.wait(.seconds(1))
        #expect(dialogue.isDisconnected)
        #expect(dialogue.events.isEmpty)
        #expect(dialogue.ending == .refused(reason))
    }

    @Test("a publisher can be thrown out at any time", arguments: refusals)
    func thrownOut(reason: RTMPRefusal, code: String) {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened)
        dialogue.refuse(reason)
        dialogue.refuse(.shuttingDown)
        #expect(dialogue.statusCodes == ["NetStream.Publish.Start", code])
        #expect(dialogue.events == [.ended])
        // What it still sends is not heard.
        dialogue.receive(RTMPConnectionTests.following { $0.audio(MediaTags.aacHeader, at: 0) })
        dialogue.disconnect()
        #expect(dialogue.events == [.ended])
    }

    @Test("media that comes before the answer is kept, and then delivered in order")
    func early() {
        let dialogue = RTMPDialogue(admitsAll: false)
        dialogue.receive(RTMPScript.obsSession.dropLast(120).map { $0 })
        #expect(dialogue.events.isEmpty)
        dialogue.admit()
        #expect(dialogue.tracks == [FLVDemuxerTests.h264, FLVDemuxerTests.aac])
        #expect(dialogue.samples.first?.0 == .video)
    }

    @Test("no more is read than a bound while the gate decides, and reading goes on then")
    func backPressure() {
        let dialogue = RTMPDialogue(admitsAll: false)
        dialogue.receive(Self.opened)
        let more = RTMPConnectionTests.following { $0.video([0x27] + [UInt8](repeating: 0, count: 60_000), at: 0) }
        var reads = 0
        while dialogue.wantsBytes, reads < 100 {
            dialogue.receive(more)
            reads += 1
        }
        #expect(reads == 5)
        dialogue.admit()
        #expect(dialogue.wantsBytes)
    }

    @Test("a gate that does not decide is as one that is not there")
    func slowGate() {
        let dialogue = RTMPDialogue(admitsAll: false)
        dialogue.receive(Self.opened)
        dialogue.wait(.seconds(19))
        #expect(dialogue.statusCodes.isEmpty)
        dialogue.wait(.seconds(1))
        #expect(dialogue.statusCodes == ["NetStream.Publish.Rejected"])
        #expect(dialogue.ending == .refused(.unavailable))
        // It decides at last: the sink must hear the end.
        dialogue.admit()
        #expect(dialogue.events == [.ended])
    }

    @Test("a publisher that leaves before it is let in ends a sink that comes then, once", arguments: [true, false])
    func leaves(saysSo: Bool) {
        let dialogue = RTMPDialogue(admitsAll: false)
        dialogue.receive(Self.opened)
        if saysSo {
            dialogue.receive(
                RTMPConnectionTests.following { $0.command(.string("closeStream"), .number(0), .null, stream: 1) }
            )
        }
        dialogue.disconnect()
        #expect(dialogue.events.isEmpty)
        dialogue.admit()
        dialogue.disconnect()
        #expect(dialogue.events == [.ended])
        #expect(dialogue.ending == (saysSo ? .finished : .lost))
    }

    @Test("a connection that is lost ends the sink once")
    func lost() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened)
        dialogue.disconnect()
        dialogue.disconnect()
        #expect(dialogue.events == [.ended])
        #expect(dialogue.ending == .lost)
    }

    @Test("a sink that wants no more stops the reading, and time does not run meanwhile")
    func held() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened)
        dialogue.hold(true)
        #expect(!dialogue.wantsBytes)
        dialogue.wait(.seconds(600))
        #expect(dialogue.ending == nil)
        dialogue.hold(false)
        #expect(dialogue.wantsBytes)
        dialogue.wait(.seconds(59))
        #expect(dialogue.ending == nil)
    }
}
