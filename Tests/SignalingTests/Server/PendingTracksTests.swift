import LiveKitProtocol
import Signaling
import SwiftProtobuf
import Testing

@Suite("Announced tracks")
struct PendingTracksTests {
    private func reason(_ outcome: PendingTracks.Outcome) -> Livekit_RequestResponse.Reason? {
        if case .refused(let reason, _) = outcome { reason } else { nil }
    }

    @Test(
        "are refused without the right, with a wrong type, an unknown name or no id",
        arguments: [
            (addTrack("a"), false, .notAllowed),
            (addTrack("a", .data), true, .unsupportedType),
            (addTrack("a") { $0.sid = "TR_x" }, true, .notFound),
            (addTrack(""), true, .invalidRequest),
            (addTrack("a"), true, nil),
        ] as [(Livekit_AddTrackRequest, Bool, Livekit_RequestResponse.Reason?)]
    )
    func refusals(request: Livekit_AddTrackRequest, mayPublish: Bool, expected: Livekit_RequestResponse.Reason?) {
        var pending = PendingTracks()
        #expect(reason(pending.announce(request, mayPublish: mayPublish, publishedCIDs: [])) == expected)
    }

    @Test("are limited in number")
    func limit() {
        var pending = PendingTracks()
        for index in 0..<PendingTracks.maximumPending {
            #expect(reason(pending.announce(addTrack("\(index)"), mayPublish: true, publishedCIDs: [])) == nil)
        }
        #expect(reason(pending.announce(addTrack("x"), mayPublish: true, publishedCIDs: [])) == .limitExceeded)
    }

    @Test("with the id of a published one wait for it to end, three of them")
    func queue() {
        var pending = PendingTracks()
        for _ in 0..<PendingTracks.maximumQueuedPerCID {
            #expect(reason(pending.announce(addTrack("a"), mayPublish: true, publishedCIDs: ["a"])) == .queued)
        }
        #expect(reason(pending.announce(addTrack("a"), mayPublish: true, publishedCIDs: ["a"])) == .limitExceeded)
        let other = pending.cidReleased("b")
        #expect(other == nil)
        let released = pending.cidReleased("a")
        #expect(released?.cid == "a")
        #expect(pending.count == 1)
        let again = pending.cidReleased("a")
        #expect(again == nil)
    }

    @Test("are matched by client id, then by a codec's id, then by kind")
    func matching() {
        var pending = PendingTracks()
        let requests = [
            addTrack("one"),
            addTrack("two") { $0.simulcastCodecs = [.with { $0.cid = "codec" }] },
            addTrack("mic", .audio),
            addTrack("three"),
        ]
        for request in requests { _ = pending.announce(request, mayPublish: true, publishedCIDs: []) }
        let remote: [(Livekit_TrackType, String, String, String?)] = [
            (.video, "three", "-", "three"), (.video, "codec", "", "two"), (.audio, "unheard of", "x", "mic"),
            (.audio, "mic", "", nil), (.video, "", "one", "one"),
        ]
        for (type, track, stream, expected) in remote {
            let matched = pending.match(type: type, trackID: track, streamID: stream)
            #expect(matched?.request.cid == expected)
        }
        #expect(pending.count == 0)
    }

    @Test("can be muted, and taken back with the right to publish")
    func changes() throws {
        var pending = PendingTracks()
        guard case .accepted(let info) = pending.announce(addTrack("a"), mayPublish: true, publishedCIDs: []) else {
            Issue.record("the track was refused")
            return
        }
        let sid = TrackSID(rawValue: info.sid)
        #expect(pending.setMuted(sid, true) == true)
        #expect(pending.setMuted("TR_other", true) == false)
        let revoked = pending.revoke { $0 != .camera }
        #expect(revoked == [sid])
        #expect(pending.contains(sid) == false)
    }
}

@Suite("A track's description")
struct TrackAnnouncementTests {
    @Test(
        "has a name that says kind and source",
        arguments: [
            (.video, .camera, "TR_VC"), (.audio, .microphone, "TR_AM"), (.video, .screenShare, "TR_VS"),
            (.audio, .screenShareAudio, "TR_As"), (.video, .unknown, "TR_V"),
        ] as [(Livekit_TrackType, Livekit_TrackSource, String)]
    )
    func names(type: Livekit_TrackType, source: Livekit_TrackSource, prefix: String) {
        let sid = TrackAnnouncement.makeSID(type: type, source: source)
        #expect(sid.rawValue.hasPrefix(prefix) == true)
        #expect(sid.rawValue.count == prefix.count + 12)
    }

    @Test("sorts layers by quality and says when there are several")
    func layers() {
        let request = addTrack("a") {
            $0.layers = [layer(.high, 1280, 720), layer(.low, 320, 180), layer(.medium, 640, 360)]
        }
        let info = TrackAnnouncement.info(for: request, sid: "TR_x")
        #expect(info.layers.map(\.width) == [320, 640, 1280])
        #expect(info.layers.map(\.rid) == ["q", "h", "f"])
        #expect(info.layers.map(\.spatialLayer) == [0, 1, 2])
        #expect(info.simulcast)
        let single = TrackAnnouncement.info(for: addTrack("a") { $0.layers = [layer(.high, 1280, 720)] }, sid: "TR_x")
        #expect(!single.simulcast)
        #expect(single.layers.map(\.rid) == [""])
    }

    @Test("groups camera with microphone and the two halves of a screen share")
    func streams() {
        func stream(_ source: Livekit_TrackSource, _ given: String = "") -> String {
            TrackAnnouncement.info(for: addTrack("a", source: source) { $0.stream = given }, sid: "TR_x").stream
        }
        #expect(stream(.camera) == "camera")
        #expect(stream(.microphone) == "camera")
        #expect(stream(.screenShareAudio) == "screen")
        #expect(stream(.unknown) == "unknown")
        #expect(stream(.camera, "mine") == "mine")
    }

    @Test("takes codecs with and without their kind")
    func codecs() {
        let request = addTrack("a") {
            $0.simulcastCodecs = [.with { $0.codec = "vp9" }, .with { $0.codec = "video/H264" }, .init()]
        }
        let info = TrackAnnouncement.info(for: request, sid: "TR_x")
        #expect(info.codecs.map(\.mimeType) == ["video/vp9", "video/H264"])
        #expect(
            info.codecs.map(\.videoLayerMode) == [
                .multipleSpatialLayersPerStream, .oneSpatialLayerPerStream,
            ]
        )
    }
}
