import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("Changing an ingress")
struct IngressUpdateTests {
    private func update(
        _ change: (inout Livekit_UpdateIngressRequest) -> Void = { _ in }
    ) -> Livekit_UpdateIngressRequest {
        var request = Livekit_UpdateIngressRequest()
        request.ingressID = "IN_1"
        change(&request)
        return request
    }

    @Test("what is left out stays")
    func nothing() throws {
        var request = IngressRequests.create(.rtmpInput)
        request.participantMetadata = "{}"
        request.audio.name = "sound"
        request.video.preset = .h264540P25Fps2Layers
        let info = try IngressRequests.info(request)
        #expect(try info.changed(by: update()) == info)
    }

    @Test("what is said takes the place of what was")
    func everything() throws {
        let info = try IngressRequests.info(.rtmpInput)
        let changed = try info.changed(
            by: update {
                $0.name = "camera 2"
                $0.roomName = "retro"
                $0.participantIdentity = "camera-2"
                $0.participantName = "Camera 2"
                $0.participantMetadata = "{}"
                $0.audio.preset = .opusMono64Kbs
                $0.video.name = "pictures"
                $0.enabled = false
            }
        )
        #expect(changed.name == "camera 2" && changed.roomName == "retro" && changed.participantIdentity == "camera-2")
        #expect(changed.participantName == "Camera 2" && changed.participantMetadata == "{}")
        #expect(changed.audio.preset == .opusMono64Kbs && changed.video.name == "pictures")
        #expect(changed.hasEnabled && !changed.enabled)
        #expect(changed.streamKey == info.streamKey && changed.url == info.url && changed.ingressID == info.ingressID)
    }

    @Test("transcoding is switched by either field, the newer one first")
    func transcoding() throws {
        let info = try IngressRequests.info(.whipInput)
        #expect(try info.changed(by: update { $0.enableTranscoding = true }).transcodes)
        #expect(try info.changed(by: update { $0.bypassTranscoding = false }).transcodes)
        let both = try info.changed(
            by: update {
                $0.bypassTranscoding = true
                $0.enableTranscoding = true
            }
        )
        #expect(both.transcodes && !both.bypassTranscoding)
        #expect(try !both.changed(by: update { $0.bypassTranscoding = true }).transcodes)
    }

    @Test("switching transcoding off needs the encoding to go as well")
    func leftOvers() throws {
        var request = IngressRequests.create(.whipInput)
        request.enableTranscoding = true
        request.video.preset = .h264720P30Fps1Layer
        let info = try IngressRequests.info(request)
        let error = try #require(throws: TwirpError.self) {
            try info.changed(by: update { $0.enableTranscoding = false })
        }
        #expect(error.message.contains("video.encoding_options"))
        let changed = try info.changed(
            by: update {
                $0.enableTranscoding = false
                $0.video = .init()
            }
        )
        #expect(!changed.transcodes && changed.video.encodingOptions == nil)
    }

    @Test("what would be refused of a new ingress is refused of a change")
    func refuses() throws {
        let info = try IngressRequests.info(.rtmpInput)
        let source = try #require(throws: TwirpError.self) {
            try info.changed(by: update { $0.audio.source = .camera })
        }
        #expect(source.message.contains("audio.source"))
        let transcoding = try #require(throws: TwirpError.self) {
            try info.changed(by: update { $0.enableTranscoding = false })
        }
        #expect(transcoding.message.contains("enable_transcoding"))
        let long = try #require(throws: TwirpError.self) {
            try info.changed(by: update { $0.roomName = String(repeating: "x", count: 257) })
        }
        #expect(long.message.contains("room_name"))
    }

    @Test("a URL cannot be changed")
    func url() throws {
        let info = try IngressRequests.info(.urlInput)
        let error = #expect(throws: TwirpError.self) { try info.changed(by: update { $0.name = "other" }) }
        #expect(error == TwirpError(.invalidArgument, "ingress is not reusable and cannot be modified"))
    }
}
