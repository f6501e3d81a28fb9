import LiveKitProtocol
import MediaWire
import PeerTransport
import Signaling

/// What is said about a track: its description, and which of its qualities are wanted.
enum TrackDescription {
    /// Completes what the publisher announced with what its session description says.
    static func complete(_ pending: PendingTracks.Track, remote: RemoteTrack) -> Livekit_TrackInfo {
        var info = pending.info
        info.mid = remote.mid.rawValue
        if let codec = codec(of: pending, remote: remote) { info.mimeType = codec.mimeType }
        if remote.kind == .video, remote.rids.count > 1 { info.simulcast = true }
        if info.codecs.isEmpty {
            var codec = Livekit_SimulcastCodecInfo()
            codec.cid = pending.request.cid
            codec.layers = info.layers
            codec.videoLayerMode = remote.kind == .video ? .oneSpatialLayerPerStream : .unused
            info.codecs = [codec]
        }
        info.codecs[0].mimeType = info.mimeType
        info.codecs[0].mid = info.mid
        if info.codecs[0].cid != remote.trackID { info.codecs[0].sdpCid = remote.trackID }
        return info
    }

    /// The codecs to accept a track in, preferred first: the announced one, and for audio RED unless refused.
    static func preferred(_ request: Livekit_AddTrackRequest, kind: MediaKind) -> [Codec] {
        switch kind {
        case .audio: request.disableRed ? [.opus] : [.red, .opus]
        case .video: request.simulcastCodecs.compactMap { Codec(announced: $0.codec) }
        }
    }

    /// The announcement of which qualities of a track somebody watches; `highest` −1 is nobody.
    static func subscribedQualities(_ sid: TrackSID, codec: Codec, highest: Int) -> Livekit_SignalResponse {
        var update = Livekit_SubscribedQualityUpdate()
        update.trackSid = sid.rawValue
        let qualities = [Livekit_VideoQuality.low, .medium, .high].map { quality in
            var entry = Livekit_SubscribedQuality()
            entry.quality = quality
            entry.enabled = quality.rawValue <= highest
            return entry
        }
        var subscribed = Livekit_SubscribedCodec()
        subscribed.codec = codec.rawValue
        subscribed.qualities = qualities
        update.subscribedCodecs = [subscribed]
        update.subscribedQualities = qualities
        return Livekit_SignalResponse(.subscribedQualityUpdate(update))
    }

    private static func codec(of pending: PendingTracks.Track, remote: RemoteTrack) -> Codec? {
        let wanted = preferred(pending.request, kind: remote.kind)
        return wanted.first(where: remote.codecs.contains) ?? remote.codecs.first
    }
}

extension Codec {
    /// The codec an announcement names, as `vp8` or `video/VP8`.
    init?(announced name: String) {
        guard let codec = Codec(mimeType: name) ?? Codec(encodingName: name) else { return nil }
        self = codec
    }
}
