package import LiveKitProtocol

/// Makes the description of a track from what its publisher announces.
package enum TrackAnnouncement {
    /// The description others get, except for what only the session description tells (mime type, mid).
    ///
    /// - Parameter sid: the new track's name.
    package static func info(for request: Livekit_AddTrackRequest, sid: TrackSID) -> Livekit_TrackInfo {
        var info = Livekit_TrackInfo()
        info.sid = sid.rawValue
        info.type = request.type
        info.name = request.name
        info.muted = request.muted
        info.width = request.width
        info.height = request.height
        info.source = request.source
        info.disableDtx = request.disableDtx
        info.disableRed = request.disableRed
        info.stereo = request.stereo
        info.encryption = request.encryption
        info.stream = request.stream.isEmpty ? defaultStream(request.source) : request.stream
        info.backupCodecPolicy = request.backupCodecPolicy
        if request.type == .audio, request.backupCodecPolicy != .regression { info.backupCodecPolicy = .simulcast }
        info.audioFeatures = audioFeatures(request)
        info.packetTrailerFeatures = request.packetTrailerFeatures
        info.layers = layers(request)
        info.simulcast = request.type == .video && info.layers.count > 1
        info.codecs = codecs(request)
        info.mimeType = info.codecs.first?.mimeType ?? ""
        return info
    }

    /// A new name that says the kind and the source, as clients' logs are read by people: `TR_VC…` is camera video.
    package static func makeSID(type: Livekit_TrackType, source: Livekit_TrackSource) -> TrackSID {
        let kind = type == .audio ? "A" : "V"
        let letter =
            switch source {
            case .camera: "C"
            case .microphone: "M"
            case .screenShare: "S"
            case .screenShareAudio: "s"
            default: ""
            }
        return TrackSID(rawValue: TrackSID.prefix + kind + letter + TrackSID.random().rawValue.dropFirst(3))
    }

    /// The announced layers, lowest quality first and ranked; a layer without an id gets the usual one.
    package static func layers(_ request: Livekit_AddTrackRequest) -> [Livekit_VideoLayer] {
        guard request.type == .video else { return [] }
        let announced = request.layers.isEmpty ? request.simulcastCodecs.first?.layers ?? [] : request.layers
        return ranked(Array(announced.filter { $0.quality != .off }.prefix(maximumLayers)))
    }

    /// Layers beyond three have no quality to go by.
    private static let maximumLayers = 3

    private static func ranked(_ layers: [Livekit_VideoLayer]) -> [Livekit_VideoLayer] {
        let sorted = layers.sorted { $0.quality.rawValue < $1.quality.rawValue }
        return sorted.enumerated().map { rank, layer in
            var layer = layer
            layer.spatialLayer = Int32(rank)
            if layer.rid.isEmpty, sorted.count > 1 {
                layer.rid = ["q", "h", "f"][min(2, max(0, layer.quality.rawValue))]
            }
            return layer
        }
    }

    private static func defaultStream(_ source: Livekit_TrackSource) -> String {
        switch source {
        case .camera, .microphone: "camera"
        case .screenShare, .screenShareAudio: "screen"
        default: "unknown"
        }
    }

    private static func audioFeatures(_ request: Livekit_AddTrackRequest) -> [Livekit_AudioTrackFeature] {
        guard request.type == .audio else { return [] }
        var features = request.audioFeatures
        if request.stereo, !features.contains(.tfStereo) { features.append(.tfStereo) }
        if request.disableDtx, !features.contains(.tfNoDtx) { features.append(.tfNoDtx) }
        return features
    }

    private static func codecs(_ request: Livekit_AddTrackRequest) -> [Livekit_SimulcastCodecInfo] {
        request.simulcastCodecs.filter { !$0.codec.isEmpty }.map { codec in
            var info = Livekit_SimulcastCodecInfo()
            let kind = request.type == .audio ? "audio/" : "video/"
            info.mimeType = codec.codec.contains("/") ? codec.codec : kind + codec.codec
            info.cid = codec.cid
            info.layers = codec.layers.isEmpty ? layers(request) : ranked(codec.layers)
            info.videoLayerMode = codec.videoLayerMode
            if request.type == .video, codec.videoLayerMode == .unused {
                info.videoLayerMode =
                    isScalable(info.mimeType) ? .multipleSpatialLayersPerStream : .oneSpatialLayerPerStream
            }
            return info
        }
    }

    private static func isScalable(_ mimeType: String) -> Bool {
        ["video/vp9", "video/av1"].contains(mimeType.lowercased())
    }
}
