import MediaWire
import Testing

@testable import Ingress

@Suite("RTMP limits")
struct RTMPLimitTests {
    /// How far a client gets before it falls silent.
    static let silences: [Int] = [0, 1, 1536, 1537, 3073, 3080, RTMPConnectionTests.opened().count - 1]

    @Test("who has not asked to publish within 10 s is closed, however far it got", arguments: silences)
    func slow(count: Int) {
        let dialogue = RTMPDialogue()
        dialogue.receive(Array(RTMPConnectionTests.opened().prefix(count)))
        dialogue.wait(.seconds(9))
        #expect(!dialogue.isDisconnected)
        dialogue.wait(.seconds(1))
        #expect(dialogue.isDisconnected)
        #expect(dialogue.ending == .failed(.tooSlow(seconds: 10)))
        #expect(dialogue.events.isEmpty)
    }

    @Test("a byte a second does not keep a client alive")
    func slowLoris() {
        let dialogue = RTMPDialogue()
        for byte in RTMPConnectionTests.opened() where !dialogue.isDisconnected {
            dialogue.receive([byte])
            dialogue.wait(.seconds(1))
        }
        #expect(dialogue.ending == .failed(.tooSlow(seconds: 10)))
        #expect(dialogue.now == Instant(nanoseconds: 11_000_000_000))
    }

    @Test("a publisher that falls silent is asked after 30 s and given up after 60 s")
    func idle() {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPConnectionTests.opened())
        dialogue.wait(.seconds(29))
        let pings = { dialogue.answers.count { $0.type == .userControl && $0.payload.starts(with: [0, 6]) } }
        #expect(pings() == 0)
        dialogue.wait(.seconds(1))
        #expect(pings() == 1)
        dialogue.wait(.seconds(29))
        #expect(!dialogue.isDisconnected)
        dialogue.wait(.seconds(1))
        #expect(dialogue.isDisconnected)
        #expect(dialogue.ending == .failed(.idle(seconds: 60)))
        #expect(dialogue.events == [.ended])
    }

    @Test("a publisher that answers the ping stays")
    func answered() {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPConnectionTests.opened())
        for _ in 0..<10 {
            dialogue.wait(.seconds(35))
            dialogue.receive(RTMPConnectionTests.following { $0.send(ProtocolControl.userEvent(.pingResponse, 0)) })
        }
        #expect(dialogue.ending == nil)
    }

    @Test("bytes before the publish command are bounded")
    func bytesBeforePublish() {
        let dialogue = RTMPDialogue()
        var script = RTMPScript()
        script.shakeHands()
        script.command(.string("connect"), .number(1), .object([AMFProperty("app", .string("live"))]))
        for _ in 0..<20 { script.audio([UInt8](repeating: 0xAF, count: 4000), at: 0) }
        dialogue.receive(script.bytes, step: 1000)
        #expect(dialogue.ending == .failed(.tooManyBytes(limit: 65_536)))
        #expect(dialogue.isDisconnected)
    }

    @Test(
        "commands faster than an encoder's end the connection, and slower ones do not",
        arguments: [(1, true), (20, false)]
    )
    func commandRate(milliseconds: Int, isEnded: Bool) {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPConnectionTests.opened())
        let payload = AMFWriter.bytes(of: [.string("FCPublish"), .number(0), .null])
        let command = ChunkWriter().bytes(of: RTMPMessage(chunkStream: 3, type: .command, payload: payload))
        for _ in 0..<1000 {
            dialogue.receive(command)
            dialogue.wait(.milliseconds(milliseconds))
        }
        #expect((dialogue.ending == .failed(.tooManyMessages)) == isEnded)
        #expect(dialogue.endings == (isEnded ? 1 : 0))
    }

    @Test("media at any rate does not")
    func mediaRate() {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPConnectionTests.opened())
        dialogue.receive(RTMPConnectionTests.following { $0.audio(MediaTags.aacHeader, at: 0) })
        for time in 0..<5000 {
            dialogue.receive(
                ChunkWriter().bytes(
                    of: RTMPMessage(
                        chunkStream: 4,
                        timestamp: UInt32(time),
                        type: .audio,
                        stream: 1,
                        payload: MediaTags.aacFrame
                    )
                )
            )
        }
        #expect(dialogue.samples.count == 5000)
    }

    @Test("a malformed tag is passed over, a hundred and one are too many")
    func malformedTags() {
        let dialogue = RTMPDialogue()
        dialogue.receive(RTMPConnectionTests.opened())
        let broken = RTMPConnectionTests.following { $0.video([0x90], at: 0) }
        dialogue.receive(broken)
        dialogue.receive(RTMPConnectionTests.following { $0.audio(MediaTags.aacHeader, at: 0) })
        #expect(dialogue.malformedTags == 1)
        #expect(dialogue.tracks == [FLVDemuxerTests.aac])
        for _ in 0..<100 { dialogue.receive(broken) }
        #expect(dialogue.ending == .failed(.tooManyMalformedTags(limit: 100)))
        #expect(dialogue.endings == 1)
    }

    static func afterHandshake(_ build: (inout RTMPScript) -> Void) -> [UInt8] {
        var script = RTMPScript()
        script.shakeHands()
        build(&script)
        return script.bytes
    }

    static let connect = AMFValue.object([AMFProperty("app", .string("live"))])

    static let violations: [(String, [UInt8], RTMPError)] = [
        ("HTTP", Array("GET / HTTP/1.1\r\n\r\n".utf8), .unsupportedVersion(0x47)),
        ("TLS", [0x16, 3, 1], .unsupportedVersion(0x16)),
        (
            "publish first", afterHandshake { $0.command(.string("publish"), .number(1), .null, .string("K")) },
            .misplacedCommand(name: "another command", state: "before connect")
        ),
        (
            "connect twice",
            afterHandshake {
                $0.command(.string("connect"), .number(1), connect)
                $0.command(.string("connect"), .number(2), connect)
            },
            .misplacedCommand(name: "connect", state: "on a connection that is connected")
        ),
        (
            "a command without a name", afterHandshake { $0.command(.number(1), .number(1)) },
            .malformed(.malformed(structure: "RTMP command", reason: "its first value is no string"))
        ),
        (
            "a command without a transaction", afterHandshake { $0.command(.string("connect"), .null) },
            .malformed(.malformed(structure: "RTMP command", reason: "its second value is no number"))
        ),
        (
            "an empty command", afterHandshake { $0.send(RTMPMessage(type: .command, payload: [])) },
            .malformed(.truncated(structure: "AMF0 value", needed: 1, available: 0))
        ),
        (
            "a short ping", afterHandshake { $0.send(RTMPMessage(type: .userControl, payload: [0, 6, 1])) },
            .malformed(.truncated(structure: "user control message", needed: 4, available: 1))
        ),
    ]

    @Test(
        "a client that breaks the protocol is closed without a word, for the reason that it is",
        arguments: violations
    )
    func violation(name: String, bytes: [UInt8], error: RTMPError) {
        for step in [1, .max] {
            let dialogue = RTMPDialogue()
            dialogue.receive(bytes, step: step)
            #expect(dialogue.ending == .failed(error), "\(name)")
            #expect(dialogue.isDisconnected, "\(name)")
            #expect(dialogue.deadline == nil)
            #expect(!error.description.isEmpty)
        }
    }

    @Test("streams that a client may create are bounded")
    func createdStreams() {
        let dialogue = RTMPDialogue()
        dialogue.receive(
            Self.afterHandshake { script in
                script.command(.string("connect"), .number(1), Self.connect)
                for call in 2..<20 { script.command(.string("createStream"), .number(Double(call)), .null) }
            }
        )
        #expect(dialogue.commands.count { $0.first == .string("_result") } == 17)
        #expect(dialogue.commands.count { $0.first == .string("_error") } == 2)
    }

    @Test("connections are counted in all and by address, those let in only in all")
    func counts() {
        var counts = ConnectionCounts(limit: 5, pendingLimit: 2)
        let first = IPAddress(v4: (192, 0, 2, 1))
        let second = IPAddress.v6(1, 2)
        func open(_ addresses: IPAddress...) -> [Bool] { addresses.map { counts.open(from: $0) } }
        #expect(open(first, first, first) == [true, true, false])
        counts.admit(from: first)
        #expect(open(first, first) == [true, false])
        // The whole network of an IPv6 address is one peer.
        #expect(open(second, .v6(1, 3), .v6(1, 4)) == [true, true, false])
        #expect(counts.total == 5)
        #expect(open(.v6(9, 9)) == [false])
        counts.close(from: first, wasAdmitted: true)
        counts.close(from: second, wasAdmitted: false)
        #expect(counts.total == 3)
        #expect(open(second, first) == [true, false])
    }
}
