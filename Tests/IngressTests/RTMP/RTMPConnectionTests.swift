import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("RTMP connection")
struct RTMPConnectionTests {
    /// A client that has asked to publish, and nothing else.
    static func opened(isEnhanced: Bool = false, key: String = "KEY") -> [UInt8] {
        var script = RTMPScript()
        script.shakeHands()
        script.openLikeOBS(key: key, isEnhanced: isEnhanced)
        return script.bytes
    }

    static func following(_ build: (inout RTMPScript) -> Void) -> [UInt8] {
        var script = RTMPScript()
        script.setChunkSize(4096)
        build(&script)
        return script.bytes
    }

    @Test("all that ffmpeg sends is taken: key, tracks, every frame with its times", arguments: [1, 13, 1460, 3500])
    func ffmpeg(step: Int) throws {
        let dialogue = RTMPDialogue()
        dialogue.receive(FFmpegSession.bytes, step: step)
        #expect(dialogue.asked.map(\.streamKey) == ["SECRETKEY123"])
        #expect(dialogue.asked.map(\.application) == ["live/room"])
        #expect(dialogue.tracks == [FLVDemuxerTests.h264, FLVDemuxerTests.aac])
        let packets = dialogue.samples.map { kind, packet in
            FFmpegSession.Packet(
                kind,
                dts: packet.dts,
                pts: packet.pts,
                size: packet.data.count,
                isKey: packet.isKeyFrame
            )
        }
        #expect(packets == FFmpegSession.packets)
        #expect(dialogue.ending == .finished)
        #expect(dialogue.endings == 1)
        #expect(dialogue.events.last == .ended)
        #expect(dialogue.malformedTags == 0)
        #expect(dialogue.statusCodes == ["NetStream.Publish.Start", "NetStream.Unpublish.Success"])
    }

    @Test("a session as OBS has it, an aggregate in it", arguments: [1, 7, 100])
    func obs(step: Int) {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPScript.obsSession, step: step)
        #expect(dialogue.tracks == [FLVDemuxerTests.h264, FLVDemuxerTests.aac])
        #expect(dialogue.samples.filter { $0.0 == .video }.map(\.1.dts) == [0, 33, 66, 99, 210])
        #expect(dialogue.samples.filter { $0.0 == .audio }.map(\.1.dts) == [0, 23, 46, 69, 200, 223])
        #expect(dialogue.endings == 1)
    }

    @Test("every call has the answer that clients wait for, in order")
    func answers() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened())
        #expect(
            dialogue.answers.prefix(2).map(\.type) == [.windowAcknowledgementSize, .setPeerBandwidth]
        )
        let names = dialogue.commands.map { $0.first?.text }
        #expect(names == ["_result", "_result", "_result", "onFCPublish", "_result", "onStatus"])
        #expect(dialogue.commands.map { $0[1] } == [1, 2, 3, 0, 4, 0].map { AMFValue.number($0) })
        #expect(dialogue.commands[0].last?["code"] == .string("NetConnection.Connect.Success"))
        #expect(dialogue.commands[4].last == .number(1))
        let begin = dialogue.answers.first { $0.type == .userControl }
        #expect(begin?.payload == [0, 0, 0, 0, 0, 1])
        let status = dialogue.answers.last
        #expect(status?.stream == 1)
        #expect(dialogue.commands.last?.last?["level"] == .string("status"))
    }

    @Test("clients that ask for enhanced RTMP are told what is taken; others are not", arguments: [true, false])
    func enhanced(isEnhanced: Bool) {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened(isEnhanced: isEnhanced))
        let list = dialogue.commands[0].last?["fourCcList"]
        let codes = ["avc1", "hvc1", "av01", "vp09", "vp08", "mp4a", "Opus", ".mp3"].map { AMFValue.string($0) }
        #expect(list == (isEnhanced ? .strictArray(codes) : nil))
        #expect(dialogue.commands[0].last?["capsEx"] == (isEnhanced ? .number(4) : nil))
    }

    @Test("commands and data in the envelope of AMF 3 are taken")
    func amf3() {
        var script = RTMPScript()
        script.shakeHands()
        let app = AMFValue.object([AMFProperty("app", .string("live")), AMFProperty("objectEncoding", .number(3))])
        script.command(.string("connect"), .number(1), app, isAMF3: true)
        script.command(.string("publish"), .number(2), .null, .string("KEY"), stream: 1, isAMF3: true)
        let metadata: [AMFValue] = [
            .string("onMetaData"), .object([AMFProperty("width", .number(8)), AMFProperty("height", .number(6))]),
        ]
        script.send(RTMPMessage(type: .dataAMF3, payload: [0] + AMFWriter.bytes(of: metadata)))
        script.video(MediaTags.enhanced(0x90, "vp09", [1]), at: 0)
        let dialogue = RTMPDialogue()
        dialogue.receive(script.bytes)
        #expect(dialogue.asked.map(\.streamKey) == ["KEY"])
        #expect(dialogue.tracks == [InputTrack(format: .vp9, header: [1], width: 8, height: 6)])
    }

    @Test("pings are answered, and bytes acknowledged by half a window")
    func control() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened())
        dialogue.receive(
            Self.following { script in
                script.send(ProtocolControl.userEvent(.pingRequest, 77))
                script.send(ProtocolControl.message(.windowAcknowledgementSize, 10_000))
                script.audio([0xAF] + [UInt8](repeating: 9, count: 4000), at: 0)
            }
        )
        #expect(dialogue.answers.contains { $0.type == .userControl && $0.payload == [0, 7, 0, 0, 0, 77] })
        #expect(dialogue.answers.count { $0.type == .acknowledgement } == 1)
        dialogue.receive(Self.following { $0.audio([0xAF] + [UInt8](repeating: 9, count: 2000), at: 0) })
        #expect(dialogue.answers.count { $0.type == .acknowledgement } == 1)
        dialogue.receive(Self.following { $0.audio([0xAF] + [UInt8](repeating: 9, count: 3100), at: 0) })
        #expect(dialogue.answers.count { $0.type == .acknowledgement } == 2)
    }

    @Test("playing is refused, and the client may still publish")
    func play() {
        var script = RTMPScript()
        script.shakeHands()
        script.command(.string("connect"), .number(1), .object([AMFProperty("app", .string("live"))]))
        script.command(.string("play"), .number(2), .null, .string("KEY"), stream: 1)
        script.command(.string("getStreamLength"), .number(3), .null, .string("KEY"))
        script.command(.string("publish"), .number(4), .null, .string("KEY"), stream: 1)
        let dialogue = RTMPDialogue()
        dialogue.receive(script.bytes)
        #expect(dialogue.statusCodes == ["NetStream.Play.StreamNotFound", "NetStream.Publish.Start"])
        #expect(dialogue.commands.contains { $0.first == .string("_error") && $0[1] == .number(3) })
    }

    @Test("a second publish on a connection is refused and does the first no harm")
    func publishTwice() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened())
        dialogue.receive(Self.following { $0.command(.string("publish"), .number(9), .null, .string("B"), stream: 2) })
        #expect(dialogue.statusCodes == ["NetStream.Publish.Start", "NetStream.Publish.BadName"])
        #expect(dialogue.asked.count == 1)
        dialogue.receive(Self.following { $0.audio(MediaTags.aacHeader, at: 0) })
        #expect(dialogue.tracks == [FLVDemuxerTests.aac])
    }

    @Test("a stream that is not the one published on may be deleted", arguments: [(2, 0), (1, 1)])
    func deleteStream(stream: Double, endings: Int) {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened())
        dialogue.receive(Self.following { $0.command(.string("deleteStream"), .number(0), .null, .number(stream)) })
        #expect(dialogue.endings == endings)
    }

    @Test("who says goodbye and closes has stopped, who closes without a word was lost")
    func goodbye() {
        let bye = Self.following { $0.command(.string("FCUnpublish"), .number(6), .null, .string("A")) }
        let more = Self.following { $0.audio(MediaTags.aacHeader, at: 0) }
        let cases: [([[UInt8]], RTMPEnding)] = [
            ([bye], .finished), ([], .lost), ([bye, more], .lost),
        ]
        for (said, ending) in cases {
            let dialogue = RTMPDialogue()
            dialogue.receive(Self.opened())
            for bytes in said { dialogue.receive(bytes) }
            dialogue.disconnect()
            #expect(dialogue.ending == ending && dialogue.endings == 1)
        }
    }

    @Test("an encoder whose codec cannot be taken is told so")
    func unsupported() {
        let dialogue = RTMPDialogue()
        dialogue.receive(Self.opened())
        dialogue.receive(Self.following { $0.video([0x22, 1, 2, 3], at: 0) })
        #expect(dialogue.statusCodes.last == "NetStream.Publish.Rejected")
        #expect(
            dialogue.commands.last?.last?["description"]?.text?.hasPrefix("Sorenson H.263 is not supported") == true
        )
        #expect(dialogue.ending == .refused(.unsupportedCodec("Sorenson H.263")))
        #expect(dialogue.endings == 1)
    }
}
