package import LiveKitProtocol

extension IngressPlan {
    /// The plan of a session of an ingress.
    ///
    /// - Parameter resourceID: names the session, `RT_…`, `WH_…` or `UR_…`.
    /// - Throws: what the ingress lacks or has wrong; `permission_denied` if it is switched off.
    package init(info: Livekit_IngressInfo, resourceID: String) throws(TwirpError) {
        try info.validateForPublishing()
        let encoding: IngressEncoding? =
            if info.transcodes { try IngressEncoding(audio: info.audio, video: info.video) } else { nil }
        self.init(
            ingressID: info.ingressID,
            resourceID: resourceID,
            roomName: info.roomName,
            participantIdentity: info.participantIdentity,
            audioTrack: Track(name: info.audio.name, source: info.audio.source, orElse: .microphone),
            videoTrack: Track(name: info.video.name, source: info.video.source, orElse: .camera),
            encoding: encoding,
            url: info.inputType == .urlInput ? info.url : nil
        )
    }
}

extension IngressPlan.Track {
    fileprivate init(name: String, source: Livekit_TrackSource, orElse usual: Livekit_TrackSource) {
        self.init(name: name, source: (source == .unknown ? usual : source).rawValue)
    }
}
