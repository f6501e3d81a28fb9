import FoundationEssentials
import LiveKitProtocol
import SwiftProtobuf
import Testing

@Suite struct AccessTokenTests {
    private let verifier = TokenVerifier(keys: ["key": "a secret"])
    private let present = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `what goes into a token comes out of it`() throws {
        var grants = ClaimGrants()
        grants.identity = "bob"
        grants.name = "Bob"
        grants.kind = .agent
        grants.kindDetails = [.cloudAgent, .bridgeRtsp]
        grants.metadata = "m"
        grants.attributes = ["a": "1", "b": ""]
        grants.sha256 = "abc="
        grants.roomPreset = "preset"
        grants.sip = SIPGrant(call: true)
        grants.agent = AgentGrant(simulationAdmin: true)
        var room = Livekit_RoomConfiguration()
        room.name = "room"
        room.emptyTimeout = 12
        room.agents = [.with { $0.agentName = "helper" }]
        grants.roomConfiguration = room
        var video = VideoGrant.join("demo")
        video.canPublish = false
        video.canPublishSources = [.camera, .microphone, .screenShare, .screenShareAudio]
        video.canUpdateOwnMetadata = true
        video.hidden = true
        grants.video = video

        let token = AccessToken(grants: grants, timeToLive: 60).signed(key: "key", secret: "a secret", now: present)
        grants.expiresAt = present.addingTimeInterval(60)
        #expect(try verifier.verify(token, now: present) == grants)
    }

    @Test func `what is not granted is not in the token`() throws {
        let token = AccessToken(identity: "", video: VideoGrant()).signed(key: "key", secret: "a secret", now: present)
        let payload = try #require(token.split(separator: ".").dropFirst().first)
        let json = try #require(Base64URL.decode(payload))
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"exp":1800021600,"iss":"key","nbf":1800000000,"video":{}}"#
        )
    }

    @Test func `rights within a room have defaults, and data follows publishing`() {
        var grant = VideoGrant()
        #expect(grant.mayPublish && grant.maySubscribe && grant.mayPublishData && !grant.mayUpdateOwnMetadata)
        grant.canPublish = false
        #expect(!grant.mayPublish && !grant.mayPublishData)
        grant.canPublishData = true
        #expect(grant.mayPublishData)
        grant.canPublishSources = [.camera]
        #expect(!grant.mayPublish(.camera))
    }

    @Test func `a permission set is the permission told`() {
        var grant = VideoGrant.join("r")
        var permission = Livekit_ParticipantPermission()
        permission.canSubscribe = true
        permission.canPublishData = true
        permission.canPublishSources = [.microphone]
        permission.canUpdateMetadata = true
        permission.hidden = true
        grant.permission = permission
        #expect(grant.permission == permission)
        #expect(grant.room == "r" && grant.roomJoin)
    }

    @Test func `keys never show their secrets`() {
        let keys: APIKeys = ["one": "hush", "two": "hush"]
        #expect("\(keys) \(keys.pairs)".contains("hush") == false)
        #expect(String(reflecting: keys.pairs).contains("hush") == false)
        #expect(keys.first?.key == "one")
    }
}
