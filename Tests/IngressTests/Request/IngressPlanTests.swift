import Foundation
import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("The plan of a session")
struct IngressPlanTests {
    @Test("RTMP is transcoded, as camera and microphone")
    func rtmp() throws {
        let plan = try IngressPlan(info: IngressRequests.info(.rtmpInput), resourceID: "RT_1")
        #expect(plan.ingressID == "IN_1" && plan.resourceID == "RT_1")
        #expect(plan.roomName == "standup" && plan.participantIdentity == "camera-1")
        #expect(plan.audioTrack == .init(name: "", source: Livekit_TrackSource.microphone.rawValue))
        #expect(plan.videoTrack == .init(name: "", source: Livekit_TrackSource.camera.rawValue))
        #expect(plan.encoding?.video.layers.count == 3 && plan.encoding?.audio.channels == 2)
        #expect(plan.url == nil)
        let json = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(IngressPlan.self, from: json) == plan)
        #expect(!String(decoding: json, as: UTF8.self).contains("abcdefgh2345"), "a session has no use for the key")
    }

    @Test("WHIP goes through as it is, unless it is to be transcoded")
    func whip() throws {
        var request = IngressRequests.create(.whipInput)
        request.audio.name = "talk"
        request.audio.source = .screenShareAudio
        request.video.source = .screenShare
        let plan = try IngressPlan(info: IngressRequests.info(request), resourceID: "WH_1")
        #expect(plan.encoding == nil)
        #expect(plan.audioTrack == .init(name: "talk", source: Livekit_TrackSource.screenShareAudio.rawValue))
        #expect(plan.videoTrack.source == Livekit_TrackSource.screenShare.rawValue)
        request.enableTranscoding = true
        request.video.preset = .h264540P25Fps2Layers
        let transcoded = try IngressPlan(info: IngressRequests.info(request), resourceID: "WH_1")
        #expect(transcoded.encoding?.video.framesPerSecond == 25)
    }

    @Test("a URL is in the plan")
    func url() throws {
        let plan = try IngressPlan(info: IngressRequests.info(.urlInput), resourceID: "UR_1")
        #expect(plan.url == "https://media.example.com/film.mp4" && plan.encoding != nil)
    }

    @Test("an ingress that is switched off, or has no room, has none")
    func unpublishable() throws {
        var off = try IngressRequests.info(.rtmpInput)
        off.enabled = false
        let disabled = try #require(throws: TwirpError.self) { try IngressPlan(info: off, resourceID: "RT_1") }
        #expect(disabled.code == .permissionDenied && disabled.message.hasPrefix("session is disabled"))
        var homeless = try IngressRequests.info(.rtmpInput)
        homeless.roomName = ""
        let room = try #require(throws: TwirpError.self) { try IngressPlan(info: homeless, resourceID: "RT_1") }
        #expect(room.code == .invalidArgument && room.message.contains("room_name"))
        var broken = try IngressRequests.info(.rtmpInput)
        broken.video.preset = .UNRECOGNIZED(77)
        #expect(throws: TwirpError.self) { try IngressPlan(info: broken, resourceID: "RT_1") }
        broken.clearVideo()
        broken.clearEnabled()
        #expect(throws: Never.self) { try IngressPlan(info: broken, resourceID: "RT_1") }
    }
}
