import LiveKitProtocol

/// A request to start an egress, in one form for all of LiveKit's messages; its outputs are not yet looked over together.
struct EgressRequest {
    var roomName: String
    var source: SourcePlan
    var hasVideo: Bool
    var hasAudio: Bool
    /// Nil where no encoding was asked for.
    var encoding: EncodingRequest?
    var outputs: [OutputRequest]
    /// For outputs that name none.
    var storage: StorageRequest?
    var webhooks: [Livekit_WebhookConfig]
    /// Whether its source is at most one track of each kind, which could be written as it comes.
    var isTrackBound = false
    /// What an error calls the outputs.
    var outputsField = "output"

    /// - Throws: `invalid_argument` for what no service could do, `unimplemented` for what this one cannot do yet.
    init(_ request: Rpc_StartEgressRequest.OneOf_Request) throws(TwirpError) {
        switch request {
        case .roomComposite(let request): try self.init(request)
        case .participant(let request): try self.init(request)
        case .trackComposite(let request): try self.init(request)
        case .track(let request): try self.init(request)
        case .egress(let request): try self.init(request)
        case .web: throw .needsBrowser("web egress")
        case .replay: throw .unsupported("the export of a replay")
        }
    }

    private init(_ request: Livekit_RoomCompositeEgressRequest) throws(TwirpError) {
        try Self.check(layout: request.layout, audioOnly: request.audioOnly, videoOnly: request.videoOnly)
        if !request.customBaseURL.isEmpty { throw .needsBrowser("custom_base_url, a layout drawn by a web page,") }
        let mixing: AudioMixing =
            switch request.audioMixing {
            case .defaultMixing: .middle
            case .dualChannelAgent: .dualChannelAgent
            case .dualChannelAlternate: .dualChannelAlternate
            case .UNRECOGNIZED(let number): throw .invalid("audio_mixing", "\(number) is not a known way of mixing")
            }
        roomName = request.roomName
        source = .composite(layout: request.layout, mixing: mixing)
        hasVideo = !request.audioOnly
        hasAudio = !request.videoOnly
        encoding =
            switch request.options {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: nil
            }
        var lists = OutputLists()
        lists.files = request.fileOutputs
        lists.streams = request.streamOutputs
        lists.segments = request.segmentOutputs
        lists.images = request.imageOutputs
        switch request.output {
        case .file(let file)?: lists.old(file: file)
        case .stream(let stream)?: lists.old(stream: stream)
        case .segments(let segments)?: lists.old(segments: segments)
        case nil: break
        }
        outputs = try lists.outputs()
        webhooks = request.webhooks
    }

    private init(_ request: Livekit_ParticipantEgressRequest) throws(TwirpError) {
        guard !request.identity.isEmpty else { throw .invalid("identity", "it is empty") }
        roomName = request.roomName
        source = .participant(identity: request.identity, screenShare: request.screenShare)
        hasVideo = true
        hasAudio = true
        encoding =
            switch request.options {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: nil
            }
        var lists = OutputLists()
        lists.files = request.fileOutputs
        lists.streams = request.streamOutputs
        lists.segments = request.segmentOutputs
        lists.images = request.imageOutputs
        outputs = try lists.outputs()
        webhooks = request.webhooks
        isTrackBound = true
    }

    private init(_ request: Livekit_TrackCompositeEgressRequest) throws(TwirpError) {
        guard !request.audioTrackID.isEmpty || !request.videoTrackID.isEmpty else {
            throw .invalid("audio_track_id or video_track_id", "both are empty; at least one is needed")
        }
        hasVideo = !request.videoTrackID.isEmpty
        hasAudio = !request.audioTrackID.isEmpty
        roomName = request.roomName
        source = .tracks(
            audio: hasAudio ? request.audioTrackID : nil,
            video: hasVideo ? request.videoTrackID : nil
        )
        encoding =
            switch request.options {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: nil
            }
        var lists = OutputLists()
        lists.files = request.fileOutputs
        lists.streams = request.streamOutputs
        lists.segments = request.segmentOutputs
        lists.images = request.imageOutputs
        switch request.output {
        case .file(let file)?: lists.old(file: file)
        case .stream(let stream)?: lists.old(stream: stream)
        case .segments(let segments)?: lists.old(segments: segments)
        case nil: break
        }
        outputs = try lists.outputs()
        webhooks = request.webhooks
        isTrackBound = true
    }

    private init(_ request: Livekit_TrackEgressRequest) throws(TwirpError) {
        guard !request.trackID.isEmpty else { throw .invalid("track_id", "it is empty") }
        roomName = request.roomName
        source = .track(request.trackID)
        hasVideo = true
        hasAudio = true
        switch request.output {
        case .file(let file)?: outputs = [OutputRequest(file)]
        case .websocketURL(let url)?:
            let address = try StreamURL(requested: url)
            guard address.kind == .webSocket else { throw address.refused("its scheme has to be ws or wss") }
            hasVideo = false
            outputs = [OutputRequest(webSocket: url)]
        case nil: outputs = []
        }
        webhooks = request.webhooks
        isTrackBound = true
    }

    /// The limits of what a composite request says about its picture.
    static func check(layout: String, audioOnly: Bool, videoOnly: Bool) throws(TwirpError) {
        guard !(audioOnly && videoOnly) else {
            throw .invalid("audio_only and video_only", "both are set; at most one can be")
        }
        guard layout.utf8.count <= maximumLayoutName else {
            throw .invalid("layout", "a name of \(layout.utf8.count) bytes; at most \(maximumLayoutName) are possible")
        }
    }
}

/// Longer than any layout's name; keeps a request's text out of logs and messages in bulk.
private let maximumLayoutName = 256

/// The output lists of the requests of the first form.
struct OutputLists {
    var files: [Livekit_EncodedFileOutput] = []
    var streams: [Livekit_StreamOutput] = []
    var segments: [Livekit_SegmentedFileOutput] = []
    var images: [Livekit_ImageOutput] = []

    /// The single output of old clients, which counts where there is none of its kind in the lists.
    mutating func old(file: Livekit_EncodedFileOutput) {
        if files.isEmpty { files = [file] }
    }

    /// The single output of old clients, which counts where there is none of its kind in the lists.
    mutating func old(stream: Livekit_StreamOutput) {
        if streams.isEmpty { streams = [stream] }
    }

    /// The single output of old clients, which counts where there is none of its kind in the lists.
    mutating func old(segments output: Livekit_SegmentedFileOutput) {
        if segments.isEmpty { segments = [output] }
    }

    func outputs() throws(TwirpError) -> [OutputRequest] {
        let streams = try streams.map { (stream) throws(TwirpError) in
            let output = try OutputRequest(stream)
            if case .webSockets = output.kind {
                throw TwirpError.invalid(
                    "stream_outputs",
                    "a websocket carries sound alone: use websocket_url of a track egress, or StartEgress"
                )
            }
            return output
        }
        return files.map { OutputRequest($0) } + streams + segments.map { OutputRequest($0) }
            + images.map { OutputRequest($0) }
    }
}
