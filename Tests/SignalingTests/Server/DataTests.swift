import LiveKitProtocol
import Signaling
import SwiftProtobuf
import Testing

@Suite("A data packet's stamp")
struct DataStampTests {
    private func stamp(hidden: Bool = false, agent: Bool = false) -> DataStamp {
        DataStamp(sid: "PA_s", identity: "sender", isHidden: hidden, isAgent: agent)
    }

    private func user(_ adjust: (inout Livekit_UserPacket) -> Void = { _ in }) -> Livekit_DataPacket {
        var user = Livekit_UserPacket()
        adjust(&user)
        return .with { $0.value = .user(user) }
    }

    @Test("says who it is from, whatever it claimed")
    func sender() {
        var packet = user { $0.participantIdentity = "somebody else" }
        packet.participantIdentity = "forged"
        #expect(stamp().apply(to: &packet) == DataStamp.Audience())
        #expect(packet.participantIdentity == "sender")
        #expect(packet.participantSid == "PA_s")
        #expect(packet.user.participantIdentity == "sender")
        #expect(packet.user.participantSid == "PA_s")
    }

    @Test("says nothing about hidden senders")
    func hidden() {
        var packet = user()
        _ = stamp(hidden: true).apply(to: &packet)
        #expect(packet.participantIdentity.isEmpty)
        #expect(packet.user.participantSid.isEmpty)
    }

    @Test("finds the destinations in both places and fills the old one")
    func audience() {
        var packet = user { $0.destinationSids = ["PA_x"] }
        packet.destinationIdentities = ["bob"]
        let audience = stamp().apply(to: &packet)
        #expect(audience == DataStamp.Audience(identities: ["bob"], sids: ["PA_x"]))
        #expect(packet.user.destinationIdentities == ["bob"])
        #expect(audience?.includes(identity: "bob", sid: "PA_b") == true)
        #expect(audience?.includes(identity: "x", sid: "PA_x") == true)
        #expect(audience?.includes(identity: "eve", sid: "PA_e") == false)
        #expect(DataStamp.Audience().includes(identity: "eve", sid: "PA_e") == true)
    }

    @Test("is refused to packets without content and to transcriptions of people")
    func refused() {
        var empty = Livekit_DataPacket()
        #expect(stamp().apply(to: &empty) == nil)
        var speaker = Livekit_DataPacket.with { $0.value = .speaker(.init()) }
        #expect(stamp().apply(to: &speaker) == nil)
        var transcription = Livekit_DataPacket.with { $0.value = .transcription(.init()) }
        #expect(stamp().apply(to: &transcription) == nil)
        #expect(stamp(agent: true).apply(to: &transcription) != nil)
    }

    @Test("lets agents, and only them, speak for somebody else", arguments: [true, false])
    func agents(isAgent: Bool) {
        var packet = Livekit_DataPacket.with {
            $0.value = .chatMessage(.init())
            $0.participantIdentity = "caller"
        }
        _ = stamp(agent: isAgent).apply(to: &packet)
        #expect(packet.participantIdentity == (isAgent ? "caller" : "sender"))
    }
}

@Suite("Data kept for a joiner")
struct DataBacklogTests {
    @Test("is delivered in order, others' only while it is fresh")
    func order() {
        var backlog = DataBacklog()
        backlog.append([1], expires: true, at: at(0))
        backlog.append([2], expires: false, at: at(100))
        backlog.append([3], expires: true, at: at(1500))
        #expect(backlog.drain(at: at(2000)) == [[2], [3]])
        #expect(backlog.drain(at: at(2000)) == [])
    }

    @Test("is bounded, the oldest going first")
    func bounded() {
        var backlog = DataBacklog()
        let chunk = [UInt8](repeating: 7, count: 40_000)
        for mark in 0..<4 { backlog.append([UInt8(mark)] + chunk, expires: false, at: at(mark)) }
        let kept = backlog.drain(at: at(10))
        #expect(kept.map { $0[0] } == [2, 3])
    }
}
