import LiveKitProtocol

/// One output of a request, whichever form the request has.
struct OutputRequest {
    enum Kind {
        case file(type: Livekit_EncodedFileType, path: String)
        /// The container follows from the track's codec.
        case trackFile(path: String)
        case streams(StreamPlan.Transport, urls: [String])
        case webSockets([String])
        case segments(Livekit_SegmentedFileOutput)
        case images(Livekit_ImageOutput)
    }

    var kind: Kind
    /// The storage it names itself.
    var storage: StorageRequest?
    var writesManifest = true

    init(_ file: Livekit_EncodedFileOutput) {
        kind = .file(type: file.fileType, path: file.filepath)
        storage = file.storageRequest
        writesManifest = !file.disableManifest
    }

    init(_ file: Livekit_DirectFileOutput) {
        kind = .trackFile(path: file.filepath)
        storage = file.storageRequest
        writesManifest = !file.disableManifest
    }

    init(_ segments: Livekit_SegmentedFileOutput) {
        kind = .segments(segments)
        storage = segments.storageRequest
        writesManifest = !segments.disableManifest
    }

    init(_ images: Livekit_ImageOutput) {
        kind = .images(images)
        storage = images.storageRequest
        writesManifest = !images.disableManifest
    }

    init(webSocket url: String) {
        kind = .webSockets([url])
    }

    /// An output of the form that has one message for every source.
    init(_ output: Livekit_Output) throws(TwirpError) {
        switch output.config {
        case .file(let file)?:
            var encoded = Livekit_EncodedFileOutput()
            encoded.fileType = file.fileType
            encoded.filepath = file.filepath
            encoded.disableManifest = file.disableManifest
            self.init(encoded)
        case .stream(let stream)?: try self.init(stream)
        case .segments(let segments)?: self.init(segments)
        case .images(let images)?: self.init(images)
        case nil:
            throw .invalid("outputs", "an output without a kind; it needs file, stream, segments or images")
        }
        if let chosen = output.hasStorage ? output.storage.storageRequest : nil { storage = chosen }
    }

    /// Streams: all URLs have to be of one kind, which the protocol names or else the first URL.
    init(_ stream: Livekit_StreamOutput) throws(TwirpError) {
        if !stream.destinations.isEmpty { throw .unsupported("a stream output's destinations, instead of urls,") }
        guard stream.urls.count <= maximumURLs else {
            throw .invalid("urls", "\(stream.urls.count) URLs; at most \(maximumURLs) are possible")
        }
        let urls = try stream.urls.map { (url) throws(TwirpError) in try StreamURL(requested: url) }
        let wanted: StreamURL.Kind? =
            switch stream.protocol {
            case .defaultProtocol: urls.first?.kind
            case .rtmp: .rtmp
            case .srt: .srt
            case .websocket: .webSocket
            case .UNRECOGNIZED(let number): throw .invalid("protocol", "\(number) is not a known stream protocol")
            }
        guard let wanted else {
            throw .invalid("stream urls", "there are none, and no protocol says what may be added later")
        }
        for url in urls where url.kind != wanted {
            throw url.refused("all URLs of an output have to be of one kind, here \(wanted.rawValue)")
        }
        switch wanted {
        case .rtmp: kind = .streams(.rtmp, urls: stream.urls)
        case .srt: kind = .streams(.srt, urls: stream.urls)
        case .webSocket:
            guard !stream.urls.isEmpty else { throw .invalid("stream urls", "a websocket output needs a URL") }
            kind = .webSockets(stream.urls)
        }
    }
}

/// Far beyond any use; each costs a connection and a queue.
private let maximumURLs = 64
