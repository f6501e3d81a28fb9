public import LiveKitProtocol

extension RecordingPlan {
    /// The plan for a room composite request.
    ///
    /// - Throws: `invalid_argument` for what no service could do, `unimplemented` for what this one cannot do yet.
    public init(_ request: Livekit_RoomCompositeEgressRequest) throws(TwirpError) {
        if request.audioMixing != .defaultMixing { throw .unsupported("audio_mixing other than DEFAULT_MIXING") }
        let encoding: EncodingRequest =
            switch request.options {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: .preset(.h264720P30)
            }
        var files = request.fileOutputs
        switch request.output {
        case .file(let file)?: if files.isEmpty { files = [file] }
        case .stream?: throw .unsupported("stream output")
        case .segments?: throw .unsupported("segment output")
        case nil: break
        }
        try refuse(
            streams: !request.streamOutputs.isEmpty,
            segments: !request.segmentOutputs.isEmpty,
            images: !request.imageOutputs.isEmpty,
            webhooks: !request.webhooks.isEmpty
        )
        guard files.count <= 1 else {
            throw .invalid("file_outputs", "\(files.count) file outputs; at most one is possible")
        }
        guard let file = files.first else { throw .invalid("output", "none is given; a file output is needed") }
        if file.output != nil { throw .unsupported("upload to cloud storage") }
        try self.init(
            roomName: request.roomName,
            layout: request.layout,
            audioOnly: request.audioOnly,
            videoOnly: request.videoOnly,
            customBaseURL: request.customBaseURL,
            encoding: encoding,
            fileType: file.fileType,
            filePath: file.filepath
        )
    }

    /// The plan for a request of any source; only a template source can be recorded yet.
    ///
    /// - Throws: `invalid_argument` for what no service could do, `unimplemented` for what this one cannot do yet.
    public init(_ request: Livekit_StartEgressRequest) throws(TwirpError) {
        let template: Livekit_TemplateSource
        switch request.source {
        case .template(let source)?: template = source
        case .web?: throw .unsupported("web source")
        case .media?: throw .unsupported("media source")
        case nil: throw .invalid("source", "none is given; a template source is needed")
        }
        let encoding: EncodingRequest =
            switch request.encoding {
            case .preset(let preset)?: .preset(preset)
            case .advanced(let options)?: .advanced(options)
            case nil: .preset(.h264720P30)
            }
        if request.hasStorage { throw .unsupported("upload to cloud storage") }
        var files: [Livekit_FileOutput] = []
        for output in request.outputs {
            if output.hasStorage { throw .unsupported("upload to cloud storage") }
            switch output.config {
            case .file(let file)?: files.append(file)
            case .stream?: throw .unsupported("stream output")
            case .segments?: throw .unsupported("segment output")
            case .images?: throw .unsupported("image output")
            case nil: throw .invalid("outputs", "an output without a kind; it needs file, stream, segments or images")
            }
        }
        try refuse(streams: false, segments: false, images: false, webhooks: !request.webhooks.isEmpty)
        guard files.count <= 1 else {
            throw .invalid("outputs", "\(files.count) file outputs; at most one is possible")
        }
        guard let file = files.first else { throw .invalid("outputs", "none is given; a file output is needed") }
        try self.init(
            roomName: request.roomName,
            layout: template.layout,
            audioOnly: template.audioOnly,
            videoOnly: template.videoOnly,
            customBaseURL: template.customBaseURL,
            encoding: encoding,
            fileType: file.fileType,
            filePath: file.filepath
        )
    }

    private init(
        roomName: String,
        layout: String,
        audioOnly: Bool,
        videoOnly: Bool,
        customBaseURL: String,
        encoding: EncodingRequest,
        fileType: Livekit_EncodedFileType,
        filePath: String
    ) throws(TwirpError) {
        guard !roomName.isEmpty else { throw .invalid("room_name", "it is empty") }
        guard !(audioOnly && videoOnly) else {
            throw .invalid("audio_only and video_only", "both are set; at most one can be")
        }
        if !customBaseURL.isEmpty { throw .unsupported("custom_base_url, a layout drawn by a web page,") }
        guard layout.utf8.count <= maximumLayoutName else {
            throw .invalid("layout", "a name of \(layout.utf8.count) bytes; at most \(maximumLayoutName) are possible")
        }
        switch fileType {
        case .defaultFiletype, .mp4: break
        case .ogg where !audioOnly, .mp3 where !audioOnly:
            throw TwirpError(
                .invalidArgument,
                "format \(fileType == .ogg ? "OGG" : "MP3") incompatible with codec H264"
            )
        case .ogg: throw .unsupported("file type OGG")
        case .mp3: throw .unsupported("file type MP3")
        case .UNRECOGNIZED(let number): throw .invalid("file_type", "\(number) is not a known file type")
        }
        let plans = try encoding.resolve()
        if plans.asksForVP8 { throw TwirpError(.invalidArgument, "format MP4 incompatible with codec VP8") }
        if plans.audioFormat == .mp3 { throw TwirpError(.invalidArgument, "format MP4 incompatible with codec MP3") }
        self.roomName = roomName
        self.layout = layout
        self.video = audioOnly ? nil : plans.video
        self.audio = videoOnly ? nil : try plans.audio(plans.audioFormat ?? .aac)
        self.filePath = filePath
    }
}

/// Longer than any layout's name; keeps a request's text out of logs and messages in bulk.
private let maximumLayoutName = 256

private func refuse(streams: Bool, segments: Bool, images: Bool, webhooks: Bool) throws(TwirpError) {
    if streams { throw .unsupported("stream output") }
    if segments { throw .unsupported("segment output") }
    if images { throw .unsupported("image output") }
    if webhooks { throw .unsupported("a webhook of one request") }
}
