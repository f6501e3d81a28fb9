package import LiveKitProtocol

extension IngressSessionReport {
    /// Writes into a state what the session knows: status, error, input, room and tracks.
    ///
    /// Times and the resource's name are the worker's. The end of an input that cannot be used again is the worker's to tell:
    /// here every good end is `ENDPOINT_INACTIVE`.
    package func describe(in state: inout Livekit_IngressState) {
        state.status = status
        if case .ended(.failed(let error)) = phase { state.error = error.message }
        if !roomID.isEmpty { state.roomID = roomID }
        state.tracks = tracks.map(\.info)
        if let video {
            state.video = Livekit_InputVideoState()
            state.video.mimeType = video.mimeType
            state.video.averageBitrate = UInt32(clamping: video.averageBitrate)
            state.video.width = UInt32(clamping: video.width)
            state.video.height = UInt32(clamping: video.height)
            state.video.framerate = video.framesPerSecond
        }
        if let audio {
            state.audio = Livekit_InputAudioState()
            state.audio.mimeType = audio.mimeType
            state.audio.averageBitrate = UInt32(clamping: audio.averageBitrate)
            state.audio.channels = UInt32(clamping: audio.channels)
            state.audio.sampleRate = UInt32(clamping: audio.sampleRate)
        }
    }

    private var status: Livekit_IngressState.Status {
        switch phase {
        case .buffering: .endpointBuffering
        case .publishing: .endpointPublishing
        case .ended(.failed): .endpointError
        case .ended(.completed), .ended(.stopped): .endpointInactive
        }
    }
}

extension IngressSessionReport.Track {
    fileprivate var info: Livekit_TrackInfo {
        var info = Livekit_TrackInfo()
        info.sid = sid
        info.type = kind == .audio ? .audio : .video
        info.name = name
        info.source = Livekit_TrackSource(rawValue: source) ?? .unknown
        info.mimeType = mimeType
        info.width = UInt32(clamping: width)
        info.height = UInt32(clamping: height)
        // `livekit.TrackInfo` lists layers from the lowest quality up.
        info.layers = layers.reversed().map { layer in
            var described = Livekit_VideoLayer()
            described.quality = Livekit_VideoQuality(rawValue: layer.quality) ?? .high
            described.width = UInt32(clamping: layer.width)
            described.height = UInt32(clamping: layer.height)
            described.bitrate = UInt32(clamping: layer.bitrate)
            return described
        }
        return info
    }
}
