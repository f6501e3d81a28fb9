import LiveKitProtocol

// The form of the request that has one message for every source.

extension EgressRequest {
    init(_ request: Livekit_StartEgressRequest) throws(TwirpError) {
        roomName = request.roomName
        encoding =
            switch request.encoding {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: nil
            }
        outputs = try request.outputs.map { (output) throws(TwirpError) in try OutputRequest(output) }
        outputsField = "outputs"
        storage = request.hasStorage ? request.storage.storageRequest : nil
        webhooks = request.webhooks
        switch request.source {
        case .template(let template)?:
            try Self.check(layout: template.layout, audioOnly: template.audioOnly, videoOnly: template.videoOnly)
            if !template.customBaseURL.isEmpty {
                throw .needsBrowser("custom_base_url, a layout drawn by a web page,")
            }
            source = .composite(layout: template.layout, mixing: .middle)
            hasVideo = !template.audioOnly
            hasAudio = !template.videoOnly
        case .media(let media)?:
            let picture = try Self.picture(of: media)
            let sound = try media.hasAudio ? Self.sound(media.audio) : nil
            guard picture != nil || sound != nil else {
                throw .invalid("media", "neither picture nor sound is asked for; at least one is needed")
            }
            source = .media(video: picture, audio: sound)
            hasVideo = picture != nil
            hasAudio = sound != nil
            isTrackBound = sound?.isOneTrack ?? true
        case .web?: throw .needsBrowser("web source")
        case nil: throw .invalid("source", "none is given; template or media is needed")
        }
    }

    private static func picture(of media: Livekit_MediaSource) throws(TwirpError) -> SourcePlan.MediaVideo? {
        switch media.video {
        case .videoTrackID(let track)?:
            guard !track.isEmpty else { throw .invalid("video_track_id", "it is empty") }
            return .track(track)
        case .participantVideo(let participant)?:
            guard !participant.identity.isEmpty else { throw .invalid("participant_video.identity", "it is empty") }
            return .participant(
                identity: participant.identity,
                preferScreenShare: participant.preferScreenShare
            )
        case nil: return nil
        }
    }

    private static func sound(_ audio: Livekit_AudioConfig) throws(TwirpError) -> SourcePlan.MediaAudio? {
        if audio.captureAll {
            guard audio.routes.isEmpty else {
                throw .invalid("audio", "capture_all and routes are both given; at most one can be")
            }
            return .everything
        }
        guard !audio.routes.isEmpty else { return nil }
        guard audio.routes.count <= maximumRoutes else {
            throw .invalid("routes", "\(audio.routes.count) routes; at most \(maximumRoutes) are possible")
        }
        return .routes(try audio.routes.map { (route) throws(TwirpError) in try Self.route(route) })
    }

    private static func route(_ route: Livekit_AudioRoute) throws(TwirpError) -> AudioRoute {
        let match: AudioRoute.Match
        switch route.match {
        case .trackID(let track)?:
            guard !track.isEmpty else { throw .invalid("routes.track_id", "it is empty") }
            match = .track(track)
        case .participantIdentity(let identity)?:
            guard !identity.isEmpty else { throw .invalid("routes.participant_identity", "it is empty") }
            match = .participant(identity: identity)
        case .participantKind(let kind)?:
            if case .UNRECOGNIZED(let number) = kind {
                throw .invalid("routes.participant_kind", "\(number) is not a known kind")
            }
            match = .kind(kind.rawValue)
        case nil:
            throw .invalid("routes", "a route needs track_id, participant_identity or participant_kind")
        }
        let channel: AudioChannel =
            switch route.channel {
            case .both: .both
            case .left: .left
            case .right: .right
            case .UNRECOGNIZED(let number): throw .invalid("routes.channel", "\(number) is not a known channel")
            }
        return AudioRoute(match: match, channel: channel)
    }
}

extension SourcePlan.MediaAudio {
    /// Whether it is one track, in the middle.
    var isOneTrack: Bool {
        guard case .routes(let routes) = self, routes.count == 1, let route = routes.first,
            case .track = route.match
        else { return false }
        return route.channel == .both
    }
}

/// Far beyond any use; every track is compared with every route.
private let maximumRoutes = 1000
