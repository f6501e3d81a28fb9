import LiveKitProtocol
import MediaWire
import PeerTransport
import RoomServer
import SwiftProtobuf
import Testing

@Suite("Joining a room")
struct JoiningTests {
    @Test("begins with everything a client needs", arguments: [true, false])
    func joinResponse(single: Bool) throws {
        let fixture = try RoomFixture()
        let (_, connection) = try fixture.join(RoomFixture.parameters("alice", single: single))
        let join = try #require(connection.joins.first)
        #expect(connection.responses.first?.join == join)
        #expect(join.room.name == "room")
        #expect(join.room.sid.hasPrefix("RM_"))
        #expect(join.participant.identity == "alice")
        #expect(join.participant.state == .joined)
        #expect(join.pingInterval == 5)
        #expect(join.pingTimeout == 15)
        #expect(join.serverInfo.protocol == 17)
        #expect(join.subscriberPrimary == !single)
        #expect(join.fastPublish)
        #expect(join.sifTrailer.count == 16)
        #expect(join.enabledPublishCodecs.first?.mime == "video/VP8")
        #expect(connection.responses.contains { if case .refreshToken = $0.message { true } else { false } })
    }

    @Test("with two connections, the server offers at once")
    func dualOffer() throws {
        let fixture = try RoomFixture()
        let (_, connection) = try fixture.join(RoomFixture.parameters("alice", single: false))
        fixture.environment.run(for: .milliseconds(50))
        #expect(connection.responses.contains { if case .offer = $0.message { true } else { false } })
    }

    @Test("tells others, and tells the joiner of the others")
    func others() throws {
        let fixture = try RoomFixture()
        let (_, alice) = try fixture.join("alice")
        let (_, bob) = try fixture.join("bob")
        #expect(bob.joins.first?.otherParticipants.map(\.identity) == ["alice"])
        #expect(alice.updates.last?.identity == "bob")
        try fixture.connect(bob)
        #expect(alice.updates.last?.state == .active)
        let versions = alice.updates.map(\.version)
        #expect(versions == versions.sorted() && Set(versions).count == versions.count)
    }

    @Test("hidden participants and recorders see and are not seen", arguments: [true, false])
    func invisible(recorder: Bool) throws {
        let fixture = try RoomFixture()
        let (_, alice) = try fixture.join("alice")
        let parameters = RoomFixture.parameters("ghost") {
            $0.hidden = !recorder
            $0.recorder = recorder
        }
        let (session, ghost) = try fixture.join(parameters)
        #expect(ghost.joins.first?.otherParticipants.map(\.identity) == ["alice"])
        try fixture.connect(ghost)
        session.receive(.with { $0.leave = .init() })
        #expect(!alice.updates.contains { $0.identity == "ghost" })
        let (_, bob) = try fixture.join("bob")
        #expect(bob.joins.first?.otherParticipants.map(\.identity) == ["alice"])
    }

    @Test("a recorder makes the room recorded and does not count")
    func recording() throws {
        let fixture = try RoomFixture()
        let (_, alice) = try fixture.join("alice")
        _ = try fixture.join(RoomFixture.parameters("egress") { $0.recorder = true })
        let room = alice.responses.compactMap {
            if case .roomUpdate(let update) = $0.message { update.room } else { nil }
        }
        #expect(room.last?.activeRecording == true)
        #expect(room.last?.numParticipants == 1)
    }

    @Test("a second one with the same identity takes the place of the first")
    func duplicate() throws {
        let fixture = try RoomFixture()
        let (_, first) = try fixture.join("alice")
        let (_, bob) = try fixture.join("bob")
        let (_, second) = try fixture.join("alice")
        #expect(first.leaves.map(\.reason) == [.duplicateIdentity])
        #expect(first.isClosed)
        #expect(!second.isClosed)
        let gone = bob.updates.first { $0.state == .disconnected }
        #expect(gone?.sid == first.joins.first?.participant.sid)
        #expect(gone?.identity == "alice")
        #expect(gone?.disconnectReason == .duplicateIdentity)
    }

    @Test(
        "is refused with the status and text clients know",
        arguments: [
            (RoomFixture.parameters("a") { $0.roomJoin = false }, 401, "no permissions to access the room"),
            (RoomFixture.parameters(""), 400, "identity cannot be empty"),
            (
                RoomFixture.parameters(String(repeating: "x", count: 257)), 400,
                "identity cannot be longer than 256 bytes"
            ),
            (RoomFixture.parameters("a", room: ""), 400, "room name cannot be empty"),
            (RoomFixture.parameters("a"), 404, "requested room does not exist"),
        ] as [(JoinParameters, Int, String)]
    )
    func refusals(parameters: JoinParameters, status: Int, message: String) throws {
        let fixture = try RoomFixture { $0.createsRoomsOnJoin = false }
        let result = fixture.core.join(parameters, connection: RecordingConnection())
        guard case .failure(let failure) = result else {
            Issue.record("the join was not refused")
            return
        }
        #expect(failure == JoinFailure(httpStatus: status, message: message))
    }

    @Test("is refused when the room is full, except to recorders")
    func full() throws {
        let fixture = try RoomFixture { $0.maximumParticipants = 1 }
        _ = try fixture.join("alice")
        #expect { try fixture.join("bob") } throws: { ($0 as? JoinFailure)?.httpStatus == 429 }
        _ = try fixture.join(RoomFixture.parameters("egress") { $0.recorder = true })
    }

    @Test("is given up after a minute without a connection")
    func timeout() throws {
        let fixture = try RoomFixture()
        let (_, connection) = try fixture.join("alice")
        fixture.environment.run(for: .seconds(59))
        #expect(connection.leaves.isEmpty)
        fixture.environment.run(for: .seconds(2))
        #expect(connection.leaves.map(\.reason) == [.joinFailure])
    }
}

@Suite("Coming back")
struct ResumingTests {
    private func reconnect(_ connection: RecordingConnection, identity: String = "alice") throws -> JoinParameters {
        var parameters = RoomFixture.parameters(identity)
        parameters.isReconnect = true
        parameters.participantSID = try #require(connection.joins.first?.participant.sid)
        return parameters
    }

    @Test("continues a session whose signalling was lost")
    func resumes() throws {
        let fixture = try RoomFixture()
        let (session, alice) = try fixture.join("alice")
        _ = try fixture.join("bob")
        try fixture.connect(alice)
        session.connectionClosed()
        let (_, again) = try fixture.join(reconnect(alice))
        guard case .reconnect = again.responses.first?.message else {
            Issue.record("the first response is not a reconnect response")
            return
        }
        #expect(Set(again.updates.map(\.identity)) == ["alice", "bob"])
        #expect(again.joins.isEmpty)
    }

    @Test("is not possible for somebody who is gone: the client starts anew")
    func unknown() throws {
        let fixture = try RoomFixture()
        let (session, alice) = try fixture.join("alice")
        session.connectionClosed()
        let (_, again) = try fixture.join(reconnect(alice))
        #expect(again.leaves.map(\.action) == [.reconnect])
        #expect(again.leaves.map(\.reason) == [.stateMismatch])
        #expect(again.isClosed)
    }

    @Test("is awaited for five seconds after the connection has failed")
    func failed() throws {
        let fixture = try RoomFixture()
        let (_, alice) = try fixture.join("alice")
        let (_, bob) = try fixture.join("bob")
        try fixture.connect(alice)
        try fixture.connect(bob)
        let sid = try #require(alice.joins.first?.participant.sid)
        fixture.environment.listeners["\(sid)/single"]?(.connectionState(.failed))
        #expect(alice.leaves.map(\.action) == [.resume])
        fixture.environment.run(for: .seconds(6))
        #expect(bob.updates.last?.disconnectReason == .connectionTimeout)
    }
}
