import LiveKitProtocol

@testable import Ingress

/// Requests as an application makes them, each right in itself.
enum IngressRequests {
    static let addresses = IngressAddresses(rtmp: "rtmp://media.example.com/live", whip: "https://media.example.com/w")

    static func create(_ input: Livekit_IngressInput) -> Livekit_CreateIngressRequest {
        var request = Livekit_CreateIngressRequest()
        request.inputType = input
        request.name = "camera 1"
        request.roomName = "standup"
        request.participantIdentity = "camera-1"
        request.participantName = "Camera 1"
        if input == .urlInput { request.url = "https://media.example.com/film.mp4" }
        return request
    }

    static func info(_ request: Livekit_CreateIngressRequest) throws(TwirpError) -> Livekit_IngressInfo {
        try Livekit_IngressInfo(request, id: "IN_1", streamKey: "abcdefgh2345", addresses: addresses)
    }

    static func info(_ input: Livekit_IngressInput) throws(TwirpError) -> Livekit_IngressInfo {
        try info(create(input))
    }

    static func layer(
        _ quality: Livekit_VideoQuality,
        _ width: UInt32,
        _ height: UInt32,
        _ bitrate: UInt32 = 0
    ) -> Livekit_VideoLayer {
        var layer = Livekit_VideoLayer()
        layer.quality = quality
        layer.width = width
        layer.height = height
        layer.bitrate = bitrate
        return layer
    }
}
