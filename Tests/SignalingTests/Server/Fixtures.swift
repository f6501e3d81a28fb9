import LiveKitProtocol
import MediaWire

/// The time `milliseconds` after the start of a test.
func at(_ milliseconds: Int) -> Instant {
    Instant(nanoseconds: Int64(milliseconds) * 1_000_000)
}

func addTrack(
    _ cid: String,
    _ type: Livekit_TrackType = .video,
    source: Livekit_TrackSource = .camera,
    adjust: (inout Livekit_AddTrackRequest) -> Void = { _ in }
) -> Livekit_AddTrackRequest {
    var request = Livekit_AddTrackRequest()
    request.cid = cid
    request.type = type
    request.source = source
    adjust(&request)
    return request
}

func layer(_ quality: Livekit_VideoQuality, _ width: UInt32, _ height: UInt32, rid: String = "") -> Livekit_VideoLayer {
    var layer = Livekit_VideoLayer()
    layer.quality = quality
    layer.width = width
    layer.height = height
    layer.rid = rid
    return layer
}
