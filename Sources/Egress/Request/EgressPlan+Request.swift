public import LiveKitProtocol
import Storage

extension EgressPlan {
    /// The plan for a request, with every default filled in.
    ///
    /// - Parameters:
    ///   - request: any of LiveKit's requests.
    ///   - defaults: what the service is configured with.
    ///   - retryCount: how often the egress was started before.
    /// - Throws: `invalid_argument` for what no service could do, `unimplemented` for what this one cannot do yet,
    ///   `permission_denied` for what it is not allowed to do, `failed_precondition` where starting again would overwrite.
    ///   No text holds a secret of the request.
    public init(
        _ request: Rpc_StartEgressRequest.OneOf_Request,
        defaults: PlanDefaults,
        retryCount: Int32 = 0
    ) throws(TwirpError) {
        var request = try EgressRequest(request)
        try request.check(retryCount: retryCount)
        let isPassthrough = try request.takePassthrough()
        try request.settleKinds()
        let encoding = try (request.encoding ?? .preset(.h264720P30)).resolve()
        let builder = try PlanBuilder(request, encoding, defaults, isPassthrough: isPassthrough)
        self.init(
            roomName: request.roomName,
            source: request.source,
            outputs: try builder.outputs(),
            passthrough: builder.passthrough
        )
    }
}

extension EgressRequest {
    /// What holds whatever the outputs are.
    fileprivate func check(retryCount: Int32) throws(TwirpError) {
        guard !roomName.isEmpty else { throw .invalid("room_name", "it is empty") }
        guard !outputs.isEmpty else {
            throw .invalid(outputsField, "none is given; a file, stream, segment or image output is needed")
        }
        try atMostOne("file") { if case .file = $0 { true } else { false } }
        try atMostOne("stream") {
            switch $0 {
            case .streams, .webSockets: true
            default: false
            }
        }
        try atMostOne("segmented file") { if case .segments = $0 { true } else { false } }
        guard outputs.count <= maximumOutputs else {
            throw .invalid(outputsField, "\(outputs.count) outputs; at most \(maximumOutputs) are possible")
        }
        if outputs.count == 1, case .streams(_, let urls) = outputs[0].kind, urls.isEmpty {
            throw .invalid("stream urls", "there are none, and no other output; a URL is needed")
        }
        guard webhooks.count <= 1 else {
            throw .invalid("webhooks", "\(webhooks.count) webhooks; at most one is possible")
        }
        for webhook in webhooks where !(webhook.url.hasPrefix("http://") || webhook.url.hasPrefix("https://")) {
            throw .invalid("webhooks.url", "it has to be an http or https URL")
        }
        if retryCount > 0 { for output in outputs { try output.checkRetry() } }
    }

    private func atMostOne(_ name: String, _ isOne: (OutputRequest.Kind) -> Bool) throws(TwirpError) {
        let count = outputs.count { isOne($0.kind) }
        guard count <= 1 else {
            throw .invalid("multiple \(name) outputs", "\(count) are given; at most one is possible")
        }
    }

    /// Whether the preset PASSTHROUGH was asked for, which is then taken out.
    fileprivate mutating func takePassthrough() throws(TwirpError) -> Bool {
        guard case .preset(.passthrough)? = encoding else { return false }
        guard case .media(let video, let audio) = source else {
            throw .invalid("preset", "PASSTHROUGH needs a media source with exactly one track")
        }
        let isOneTrack =
            switch (video, audio) {
            case (.track?, nil): true
            case (nil, let audio?): audio.isOneTrack
            default: false
            }
        guard isOneTrack else {
            throw .invalid(
                "preset",
                "PASSTHROUGH needs exactly one track: video_track_id or one audio route by track_id"
            )
        }
        guard outputs.count == 1, case .file(type: .defaultFiletype, _) = outputs[0].kind else {
            throw .invalid("preset", "PASSTHROUGH needs exactly one output, a file of DEFAULT_FILETYPE")
        }
        encoding = nil
        return true
    }

    /// Images alone need no sound; and without a picture there are none.
    fileprivate mutating func settleKinds() throws(TwirpError) {
        let images = outputs.count { if case .images = $0.kind { true } else { false } }
        if images > 0, !hasVideo {
            throw .invalid("audio_only images", "images need a picture; audio_only leaves none")
        }
        if images == outputs.count { hasAudio = false }
        let sounds = outputs.count { if case .webSockets = $0.kind { true } else { false } }
        if sounds > 0, !hasAudio {
            throw .invalid("video_only websocket", "a websocket carries sound; video_only leaves none")
        }
    }
}

extension OutputRequest {
    /// An egress that is started again must not write over what the first try has written.
    fileprivate func checkRetry() throws(TwirpError) {
        let names: [String] =
            switch kind {
            case .file(_, let path), .trackFile(let path): [path]
            case .segments(let segments): [segments.filenamePrefix, segments.playlistName, segments.livePlaylistName]
            case .images(let images): [images.filenamePrefix]
            case .streams, .webSockets: []
            }
        // What is left out or names only a folder has a name made for it, which tells tries apart.
        for name in names where !name.isEmpty && !name.hasSuffix("/") && !name.contains("{retry}") {
            throw TwirpError(
                .failedPrecondition,
                "output configuration does not support retry (\(name) has no {retry} in it)"
            )
        }
    }
}

/// Far beyond any use; images, of which there may be many, cost an encoder each.
private let maximumOutputs = 32
