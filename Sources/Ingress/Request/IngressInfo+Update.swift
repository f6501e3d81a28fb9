import LiveKitProtocol

extension Livekit_IngressInfo {
    /// The ingress as a request changes it, looked over; what the request leaves out stays.
    ///
    /// Only what is published to can be changed: a URL is pulled once.
    func changed(by request: Livekit_UpdateIngressRequest) throws(TwirpError) -> Livekit_IngressInfo {
        guard reusable else { throw .notReusable }
        var info = self
        if !request.name.isEmpty { info.name = request.name }
        if !request.roomName.isEmpty { info.roomName = request.roomName }
        if !request.participantIdentity.isEmpty { info.participantIdentity = request.participantIdentity }
        if !request.participantName.isEmpty { info.participantName = request.participantName }
        if !request.participantMetadata.isEmpty { info.participantMetadata = request.participantMetadata }
        if request.hasAudio { info.audio = request.audio }
        if request.hasVideo { info.video = request.video }
        if request.hasEnabled { info.enabled = request.enabled }
        if request.hasEnableTranscoding {
            info.setTranscoding(request.enableTranscoding)
        } else if request.hasBypassTranscoding {
            info.setTranscoding(!request.bypassTranscoding)
        }
        try info.validate()
        return info
    }
}
