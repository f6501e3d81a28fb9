package import LiveKitProtocol

extension Livekit_IngressInfo {
    /// The ingress a request asks for, looked over.
    ///
    /// - Parameters:
    ///   - id: its identifier.
    ///   - streamKey: what publishers show; not used for a URL that is pulled.
    ///   - addresses: where publishers go.
    init(
        _ request: Livekit_CreateIngressRequest,
        id: IngressID,
        streamKey: String,
        addresses: IngressAddresses
    ) throws(TwirpError) {
        self.init()
        ingressID = id.rawValue
        inputType = request.inputType
        name = request.name
        roomName = request.roomName
        participantIdentity = request.participantIdentity
        participantName = request.participantName
        participantMetadata = request.participantMetadata
        if request.hasAudio { audio = request.audio }
        if request.hasVideo { video = request.video }
        enabled = request.hasEnabled ? request.enabled : true
        setTranscoding(Self.transcoding(request))
        try place(request, streamKey: streamKey, addresses: addresses)
        state = Livekit_IngressState()
        try validate()
    }

    /// Where the media comes from.
    private mutating func place(
        _ request: Livekit_CreateIngressRequest,
        streamKey: String,
        addresses: IngressAddresses
    ) throws(TwirpError) {
        switch inputType {
        case .rtmpInput: url = addresses.rtmp
        case .whipInput: url = addresses.whip
        case .urlInput:
            url = request.url
            return
        case .UNRECOGNIZED: return
        }
        guard request.url.isEmpty else {
            throw .invalid(
                "url",
                "only URL_INPUT pulls one; what publishes by RTMP or WHIP is told where to in the answer"
            )
        }
        reusable = true
        self.streamKey = streamKey
    }

    /// Whether media is transcoded, by the request or as its kind of input has it.
    private static func transcoding(_ request: Livekit_CreateIngressRequest) -> Bool {
        if request.hasEnableTranscoding { return request.enableTranscoding }
        // The older field cannot say that nothing was said: only `true` means something.
        if request.bypassTranscoding { return false }
        return request.inputType != .whipInput
    }

    /// Says whether media is transcoded, in the field of today and in the one that older clients read.
    mutating func setTranscoding(_ transcodes: Bool) {
        enableTranscoding = transcodes
        bypassTranscoding = !transcodes
    }

    /// Whether its media is decoded and encoded; what forwards it instead says so in one of the two fields.
    package var transcodes: Bool { hasEnableTranscoding ? enableTranscoding : !bypassTranscoding }
}
