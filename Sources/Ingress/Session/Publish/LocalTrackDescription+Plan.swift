import LiveKitProtocol
import MediaWire
import RoomClient

extension LocalTrackDescription {
    /// The sound of a plan.
    static func sound(of plan: IngressPlan, encoding: IngressEncoding.Audio) -> LocalTrackDescription {
        .audio(
            name: plan.audioTrack.name,
            source: Livekit_TrackSource(rawValue: plan.audioTrack.source) ?? .microphone,
            isStereo: encoding.channels > 1
        )
    }

    /// The pictures of a plan in these layers, the largest first.
    static func pictures(
        of plan: IngressPlan,
        format: IngressEncoding.Video.Format,
        layers: [IngressEncoding.Video.Layer]
    ) -> LocalTrackDescription {
        let described = zip(LayerName.names(count: layers.count), layers).map { rid, layer in
            Layer(
                rid: rid,
                width: layer.width,
                height: layer.height,
                bitrate: layer.bitrate,
                quality: Livekit_VideoQuality(rawValue: layer.quality)
            )
        }
        return .video(
            name: plan.videoTrack.name,
            source: Livekit_TrackSource(rawValue: plan.videoTrack.source) ?? .camera,
            codec: format.codec,
            layers: described.reversed()
        )
    }
}

extension IngressEncoding.Video.Format {
    /// The codec as rooms know it.
    var codec: Codec {
        switch self {
        case .h264Baseline: .h264
        case .vp8: .vp8
        case .vp9: .vp9
        }
    }
}
