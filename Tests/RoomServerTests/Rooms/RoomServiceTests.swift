import LiveKitProtocol
import MediaWire
import PeerTransport
import RoomServer
import Signaling
import SwiftProtobuf
import Testing

@Suite("The room service")
struct RoomServiceTests {
    private func expect(_ code: TwirpCode, _ message: String, _ body: () throws -> Void) {
        #expect { try body() } throws: { ($0 as? TwirpError) == TwirpError(code, message) }
    }

    @Test("creates, lists, changes and deletes rooms")
    func rooms() throws {
        let fixture = try RoomFixture()
        let created = try fixture.core.createRoom(
            .with {
                $0.name = "room"
                $0.emptyTimeout = 60
                $0.maxParticipants = 3
                $0.metadata = "m"
            }
        )
        #expect(created.emptyTimeout == 60)
        #expect(created.departureTimeout == 20)
        let (_, alice) = try fixture.join("alice")
        #expect(alice.joins.first?.room.sid == created.sid)
        #expect(fixture.core.listRooms(.init()).rooms.map(\.numParticipants) == [1])
        #expect(fixture.core.listRooms(.with { $0.names = ["other"] }).rooms.isEmpty)
        _ = try fixture.core.updateRoomMetadata(
            .with {
                $0.room = "room"
                $0.metadata = "new"
            }
        )
        #expect(alice.responses.last?.roomUpdate.room.metadata == "new")
        _ = try fixture.core.deleteRoom(.with { $0.room = "room" })
        #expect(alice.leaves.map(\.reason) == [.roomDeleted])
        expect(.notFound, "requested room does not exist") {
            _ = try fixture.core.deleteRoom(.with { $0.room = "room" })
        }
        expect(.invalidArgument, "room name cannot be empty") { _ = try fixture.core.createRoom(.init()) }
    }

    @Test("finds, changes and removes participants")
    func participants() throws {
        let fixture = try RoomFixture()
        let (_, alice) = try fixture.join("alice")
        let name = Livekit_RoomParticipantIdentity.with {
            $0.room = "room"
            $0.identity = "alice"
        }
        #expect(try fixture.core.getParticipant(name).sid == alice.joins.first?.participant.sid)
        let changed = try fixture.core.updateParticipant(
            .with {
                $0.room = "room"
                $0.identity = "alice"
                $0.name = "Alice"
                $0.attributes = ["a": "1"]
                $0.permission = .with { $0.canSubscribe = true }
            }
        )
        #expect(changed.name == "Alice")
        #expect(changed.attributes == ["a": "1"])
        #expect(!changed.permission.canPublish)
        #expect(alice.updates.last == changed)
        _ = try fixture.core.removeParticipant(name)
        #expect(alice.leaves.map(\.reason) == [.participantRemoved])
        expect(.notFound, "participant does not exist") { _ = try fixture.core.getParticipant(name) }
        expect(.notFound, "participant does not exist") { _ = try fixture.core.removeParticipant(name) }
    }

    @Test("says which track it does not know")
    func unknownTrack() throws {
        let fixture = try RoomFixture()
        _ = try fixture.join("alice")
        expect(.notFound, "track is not found") {
            _ = try fixture.core.mutePublishedTrack(
                .with {
                    $0.room = "room"
                    $0.identity = "alice"
                    $0.trackSid = "TR_x"
                    $0.muted = true
                }
            )
        }
    }

    @Test("rooms end when nobody has come, and when the last has left")
    func lifetimes() throws {
        let fixture = try RoomFixture()
        _ = try fixture.core.createRoom(.with { $0.name = "empty" })
        let (session, alice) = try fixture.join("alice")
        try fixture.connect(alice)
        let (_, recorder) = try fixture.join(RoomFixture.parameters("egress") { $0.recorder = true })
        try fixture.connect(recorder)
        fixture.environment.run(for: .seconds(299))
        #expect(fixture.core.listRooms(.init()).rooms.count == 2)
        fixture.environment.run(for: .seconds(2))
        #expect(fixture.core.listRooms(.init()).rooms.map(\.name) == ["room"])
        session.receive(.with { $0.leave = .init() })
        fixture.environment.run(for: .seconds(19))
        #expect(recorder.leaves.isEmpty)
        fixture.environment.run(for: .seconds(2))
        #expect(recorder.leaves.map(\.reason) == [.roomClosed])
        #expect(fixture.core.listRooms(.init()).rooms.isEmpty)
    }
}

@Suite("Requests of a client")
struct SignalRequestTests {
    @Test("announced tracks are published at once, or refused with a reason")
    func addTrack() throws {
        let fixture = try RoomFixture()
        let (session, alice) = try fixture.join(
            RoomFixture.parameters("alice") { $0.canPublishSources = [.microphone] }
        )
        let request = { (source: Livekit_TrackSource) in
            Livekit_SignalRequest.with {
                $0.addTrack = .with {
                    $0.cid = "cid"
                    $0.type = .audio
                    $0.source = source
                }
            }
        }
        session.receive(request(.microphone))
        #expect(alice.responses.last?.trackPublished.cid == "cid")
        #expect(alice.responses.last?.trackPublished.track.sid.hasPrefix("TR_AM") == true)
        session.receive(request(.screenShareAudio))
        #expect(alice.outcomes.last?.reason == .notAllowed)
        session.receive(request(.microphone))
        #expect(alice.outcomes.last?.reason == .queued)
    }

    @Test("metadata is changed by those who may, and always answered", arguments: [true, false])
    func metadata(mayUpdate: Bool) throws {
        let fixture = try RoomFixture()
        let parameters = RoomFixture.parameters("alice") { $0.canUpdateOwnMetadata = mayUpdate }
        let (session, alice) = try fixture.join(parameters)
        let (_, bob) = try fixture.join("bob")
        session.receive(
            .with {
                $0.updateMetadata = .with {
                    $0.metadata = "new"
                    $0.requestID = 7
                }
            }
        )
        #expect(alice.outcomes.last?.requestID == 7)
        #expect(alice.outcomes.last?.reason == (mayUpdate ? .ok : .notAllowed))
        #expect(bob.updates.contains { $0.metadata == "new" } == mayUpdate)
    }

    @Test("nonsense is answered or ignored, and the session goes on")
    func nonsense() throws {
        let fixture = try RoomFixture()
        let (session, alice) = try fixture.join("alice")
        let requests: [Livekit_SignalRequest.OneOf_Message] = [
            .offer(.init()), .offer(.with { $0.sdp = "v=0\r\nm=nonsense" }), .answer(.with { $0.sdp = "x" }),
            .trickle(.init()), .trickle(.with { $0.candidateInit = "{}" }),
            .trickle(.with { $0.candidateInit = #"{"candidate":"candidate:x"}"# }), .addTrack(.init()),
            .mute(.with { $0.sid = "TR_x" }), .subscription(.with { $0.trackSids = ["", "x"] }),
            .trackSetting(.with { $0.trackSids = ["x"] }), .syncState(.init()), .simulate(.init()), .ping(1),
            .updateAudioTrack(.init()), .updateVideoTrack(.init()), .updateLayers(.init()),
            .publishDataTrackRequest(.init()), .storeDataBlobRequest(.init()), .getDataBlobRequest(.init()),
            .subscriptionPermission(.init()),
        ]
        session.receive(Livekit_SignalRequest())
        for message in requests { session.receive(.with { $0.message = message }) }
        #expect(!alice.isClosed)
        #expect(alice.outcomes.contains { $0.reason == .invalidRequest })
        #expect(alice.outcomes.contains { $0.reason == .notFound })
        #expect(
            try fixture.core.getParticipant(.with { ($0.room, $0.identity) = ("room", "alice") }).identity == "alice"
        )
    }
}
