import LiveKitProtocol
import Signaling
import SwiftProtobuf
import Testing

@Suite("A client's wishes")
struct SubscriptionWishesTests {
    @Test("follow the default until something else is said", arguments: [true, false])
    func defaults(isAutomatic: Bool) {
        var wishes = SubscriptionWishes(isAutomatic: isAutomatic)
        #expect(wishes.wants("TR_a") == isAutomatic)
        wishes.apply(["TR_a"], subscribe: !isAutomatic)
        #expect(wishes.wants("TR_a") != isAutomatic)
        wishes.forget("TR_a")
        #expect(wishes.wants("TR_a") == isAutomatic)
    }

    @Test("come from either list of a request")
    func lists() {
        var update = Livekit_UpdateSubscription()
        update.trackSids = ["TR_a", "TR_b"]
        update.participantTracks = [.with { $0.trackSids = ["TR_b", "TR_c"] }]
        #expect(SubscriptionWishes.tracks(of: update) == ["TR_a", "TR_b", "TR_c"])
    }

    @Test("for tracks that never come are given up after a minute")
    func unknown() {
        var wishes = SubscriptionWishes(isAutomatic: false)
        wishes.apply(["TR_a", "TR_b"], subscribe: true)
        #expect(wishes.expire(known: { $0 == "TR_b" }, at: at(0)) == [])
        #expect(wishes.expire(known: { $0 == "TR_b" }, at: at(59_999)) == [])
        #expect(wishes.expire(known: { $0 == "TR_b" }, at: at(60_000)) == ["TR_a"])
        #expect(wishes.wants("TR_a") == false)
        #expect(wishes.wants("TR_b") == true)
    }
}

@Suite("A publisher's permissions")
struct SubscriptionPolicyTests {
    private func rule(_ identity: String, sid: String = "", all: Bool = false, _ tracks: [String] = [])
        -> Livekit_TrackPermission
    {
        .with {
            $0.participantIdentity = identity
            $0.participantSid = sid
            $0.allTracks = all
            $0.trackSids = tracks
        }
    }

    @Test("allow what they name, by identity or by sid")
    func rules() {
        var policy = SubscriptionPolicy()
        #expect(policy.allows(track: "TR_a", subscriber: "PA_x", identity: "x") == true)
        policy.apply(.with { $0.trackPermissions = [rule("x", ["TR_a"]), rule("", sid: "PA_y", all: true)] })
        #expect(policy.allows(track: "TR_a", subscriber: "PA_x", identity: "x") == true)
        #expect(policy.allows(track: "TR_b", subscriber: "PA_x", identity: "x") == false)
        #expect(policy.allows(track: "TR_b", subscriber: "PA_y", identity: "y") == true)
        #expect(policy.allows(track: "TR_a", subscriber: "PA_z", identity: "z") == false)
        policy.apply(.with { $0.allParticipants = true })
        #expect(policy.allows(track: "TR_a", subscriber: "PA_z", identity: "z") == true)
    }
}

@Suite("A wish for a layer")
struct LayerWishTests {
    private let three = [layer(.low, 320, 180), layer(.medium, 640, 360), layer(.high, 1280, 720)]

    @Test(
        "is the smallest that covers a size, or the one of a quality",
        arguments: [
            (0, 0, .high, 2), (0, 0, .low, 0), (0, 0, .medium, 1), (320, 180, .high, 0), (321, 180, .low, 1),
            (1000, 700, .low, 2), (4000, 3000, .low, 2), (0, 0, .off, 2), (0, 0, .UNRECOGNIZED(-7), 2),
        ] as [(UInt32, UInt32, Livekit_VideoQuality, Int)]
    )
    func layers(width: UInt32, height: UInt32, quality: Livekit_VideoQuality, expected: Int) {
        let settings = Livekit_UpdateTrackSettings.with {
            $0.width = width
            $0.height = height
            $0.quality = quality
        }
        #expect(LayerWish.layer(settings, layers: three, count: 3) == expected)
    }

    @Test("never goes beyond what is sent")
    func bounded() {
        let high = Livekit_UpdateTrackSettings.with { $0.quality = .high }
        #expect(LayerWish.layer(high, layers: three, count: 1) == 0)
        #expect(LayerWish.layer(high, layers: [], count: 2) == 1)
        let two = [layer(.low, 320, 180), layer(.high, 1280, 720)]
        let medium = Livekit_UpdateTrackSettings.with { $0.quality = .medium }
        #expect(LayerWish.layer(medium, layers: two, count: 2) == 0)
        #expect(LayerWish.quality(ofLayer: 1, layers: two) == 2)
        #expect(LayerWish.quality(ofLayer: 5, layers: two) == 2)
    }
}

@Suite("A change of profile")
struct ProfileUpdateTests {
    @Test("keeps what is empty, removes attributes set to nothing")
    func merges() throws {
        var info = Livekit_ParticipantInfo.with {
            $0.name = "n"
            $0.metadata = "m"
            $0.attributes = ["a": "1", "b": "2"]
        }
        try ProfileUpdate(metadata: "new", attributes: ["a": "", "c": "3"]).apply(to: &info)
        #expect(info.name == "n")
        #expect(info.metadata == "new")
        #expect(info.attributes == ["b": "2", "c": "3"])
    }

    @Test("is held to the limits")
    func limits() {
        var info = Livekit_ParticipantInfo()
        let long = String(repeating: "x", count: 600_000)
        for (update, message) in [
            (ProfileUpdate(name: long), "exceeds name length limit"),
            (ProfileUpdate(metadata: long), "exceeds metadata size limit"),
            (ProfileUpdate(attributes: ["k": long]), "exceeds attributes size limit"),
        ] {
            #expect { try update.apply(to: &info) } throws: { ($0 as? ProfileUpdate.Refusal)?.message == message }
        }
        #expect(info == Livekit_ParticipantInfo())
    }
}
