package import LiveKitProtocol

extension Livekit_IngressInfo {
    /// Refuses what could not be published, or could be later only by accident.
    ///
    /// What an ingress that is published to may still lack is a room: it can be given one until somebody publishes.
    func validate() throws(TwirpError) {
        try IngressLimits.check(name, "name")
        try IngressLimits.check(roomName, "room_name")
        try IngressLimits.check(participantIdentity, "participant_identity")
        try IngressLimits.check(participantName, "participant_name")
        try IngressLimits.check(participantMetadata, "participant_metadata", IngressLimits.maximumMetadata)
        guard !participantIdentity.isEmpty else {
            throw .invalid("participant_identity", "it is empty; it says who joins the room")
        }
        try validateInput()
        try validateTracks()
        try validateTranscoding()
    }

    /// Refuses what cannot be published now: it is switched off or has no room, or it is wrong in itself.
    package func validateForPublishing() throws(TwirpError) {
        guard !hasEnabled || enabled else { throw .disabled }
        guard !roomName.isEmpty else {
            throw .invalid("room_name", "it is empty; an ingress needs a room before it publishes")
        }
        try validate()
    }

    private func validateInput() throws(TwirpError) {
        switch inputType {
        case .rtmpInput, .whipInput:
            guard !streamKey.isEmpty else { throw .invalid("stream_key", "what is published to needs one") }
        case .urlInput:
            guard !url.isEmpty else { throw .invalid("url", "URL_INPUT needs what to pull, such as https://host/path") }
            _ = try PulledURL(url)
            guard !roomName.isEmpty else {
                throw .invalid("room_name", "it is empty; a URL is pulled into a room at once")
            }
            guard !hasEnabled || enabled else {
                throw .invalid(
                    "enabled",
                    "it cannot be false for URL_INPUT, which begins at once and cannot be changed"
                )
            }
        case .UNRECOGNIZED(let number):
            throw .invalid("input_type", "\(number) is none of RTMP_INPUT 0, WHIP_INPUT 1, URL_INPUT 2")
        }
    }

    private func validateTracks() throws(TwirpError) {
        try IngressLimits.check(audio.name, "audio.name")
        try IngressLimits.check(video.name, "video.name")
        switch audio.source {
        case .unknown, .microphone, .screenShareAudio: break
        default:
            throw .invalid("audio.source", "\(audio.source.rawValue) is none of MICROPHONE 2, SCREEN_SHARE_AUDIO 4")
        }
        switch video.source {
        case .unknown, .camera, .screenShare: break
        default: throw .invalid("video.source", "\(video.source.rawValue) is none of CAMERA 1, SCREEN_SHARE 3")
        }
    }

    private func validateTranscoding() throws(TwirpError) {
        if transcodes {
            // Whatever is wrong with the options is found while they are read.
            _ = try IngressEncoding(audio: audio, video: video)
            return
        }
        guard inputType == .whipInput else {
            throw .invalid("enable_transcoding", "only WHIP_INPUT can do without; RTMP and URLs are always transcoded")
        }
        guard audio.encodingOptions == nil else { throw .encodingWithoutTranscoding("audio") }
        guard video.encodingOptions == nil else { throw .encodingWithoutTranscoding("video") }
    }
}

extension TwirpError {
    fileprivate static func encodingWithoutTranscoding(_ kind: String) -> TwirpError {
        .invalid(
            "\(kind).encoding_options",
            "media goes through as it is when transcoding is off: leave preset and options out, or set"
                + " enable_transcoding = true"
        )
    }
}
