import FoundationEssentials
import LiveKitProtocol
import Testing

@Suite struct TokenVerifierTests {
    private let verifier = TokenVerifier(keys: ["devkey": "secret"])
    private let present = Date(timeIntervalSince1970: 1_800_000_000)

    @Test func `a participant's token from the Python SDK says all it was made with`() throws {
        let grants = try verifier.verify(TokenFixture.participant, now: present)
        #expect(grants.identity == "alice")
        #expect(grants.name == "Alice ☀")
        #expect(grants.metadata == #"{"a":1}"#)
        #expect(grants.attributes == ["k": "v"])
        #expect(grants.kind == .standard)
        #expect(grants.roomPreset == "p")
        #expect(grants.roomConfiguration?.name == "preset")
        #expect(grants.roomConfiguration?.emptyTimeout == 30)
        #expect(grants.roomConfiguration?.maxParticipants == 5)
        let video = try #require(grants.video)
        #expect(video.roomJoin)
        #expect(video.room == "demo")
        #expect(video.hidden)
        #expect(video.mayUpdateOwnMetadata)
        #expect(video.canPublishSources == [.camera, .screenShareAudio])
        #expect(video.mayPublish(.camera))
        #expect(!video.mayPublish(.microphone))
        #expect(!video.roomAdmin)
        #expect(grants.expiresAt.map { $0 > present } == true)
    }

    @Test func `a recorder's token from the Python SDK carries kind and refusals`() throws {
        let grants = try verifier.verify(TokenFixture.recorder, now: present)
        #expect(grants.kind == .egress)
        let video = try #require(grants.video)
        #expect(video.recorder)
        #expect(!video.mayPublish)
        #expect(!video.mayPublishData)
        #expect(video.maySubscribe)
    }

    @Test func `a token from the Python SDK carries every right`() throws {
        let grants = try verifier.verify(TokenFixture.everyRight, now: present)
        let video = try #require(grants.video)
        #expect(video.roomCreate && video.roomList && video.roomRecord && video.roomAdmin && video.ingressAdmin)
        #expect(video.agent && !video.roomJoin)
        #expect(video.destinationRoom == "other")
        #expect(video.canSubscribeMetrics == true && video.canManageAgentSession == true)
        #expect(grants.sip == SIPGrant(admin: true))
        #expect(grants.inference == InferenceGrant(perform: true))
        #expect(grants.observability == ObservabilityGrant(write: true))
        #expect(grants.agent == AgentGrant(admin: true, databaseAdmin: true))
    }

    @Test(arguments: [
        (TokenFixture.unknownIssuer, TokenError.unknownKey, "invalid API key"),
        (TokenFixture.otherSecret, .badSignature, "invalid authorization token: signature does not match"),
        (TokenFixture.expired, .expired, "invalid authorization token: token is expired (exp)"),
        (TokenFixture.future, .notYetValid, "invalid authorization token: token not valid yet (nbf)"),
        (TokenFixture.withoutExpiry, .withoutExpiry, "invalid authorization token: token has no expiry (exp)"),
        (
            TokenFixture.flagIsText, .badClaim("video.roomJoin"),
            "invalid authorization token: claim video.roomJoin has the wrong type"
        ),
        (
            TokenFixture.grantIsList, .badClaim("video"),
            "invalid authorization token: claim video has the wrong type"
        ),
        (TokenFixture.hs512, .malformed, "invalid authorization token"),
        (TokenFixture.unsigned, .malformed, "invalid authorization token"),
        ("", .malformed, "invalid authorization token"),
        ("a.b", .malformed, "invalid authorization token"),
        ("....", .malformed, "invalid authorization token"),
        ("ü.ü.ü", .malformed, "invalid authorization token"),
        ("W10.W10.W10", .malformed, "invalid authorization token"),
    ])
    func `a bad token is refused with a text of its own`(token: String, error: TokenError, text: String) {
        #expect(throws: error) { try verifier.verify(token, now: present) }
        #expect(error.message == text)
    }

    @Test func `any changed character makes a token invalid`() {
        let token = Array(TokenFixture.recorder.utf8)
        for index in token.indices where token[index] != UInt8(ascii: ".") {
            var changed = token
            // The last character of a part carries bits that are not used: take one whose used bits differ.
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "g") : UInt8(ascii: "A")
            #expect(throws: TokenError.self, "character \(index)") {
                try verifier.verify(String(decoding: changed, as: UTF8.self), now: present)
            }
        }
    }

    @Test(arguments: [(59.0, true), (61.0, false)])
    func `a minute of difference between clocks is forgiven`(difference: TimeInterval, isValid: Bool) {
        let token = AccessToken(identity: "a", video: .join("r"), timeToLive: 600)
            .signed(key: "devkey", secret: "secret", now: present)
        let late = present.addingTimeInterval(600 + difference)
        let early = present.addingTimeInterval(-difference)
        #expect(((try? verifier.verify(token, now: late)) != nil) == isValid)
        #expect(((try? verifier.verify(token, now: early)) != nil) == isValid)
    }

    @Test func `the identity is sub, then jti, never a claim named identity`() throws {
        #expect(try verifier.verify(TokenFixture.identityInID, now: present).identity == "old")
        #expect(try verifier.verify(TokenFixture.twoIdentities, now: present).identity == "real")
    }

    @Test func `a token that is far too long is refused unread`() {
        let token = String(repeating: "a", count: 2_000_000) + ".b.c"
        #expect(throws: TokenError.malformed) { try verifier.verify(token, now: present) }
    }
}
