public import LiveKitProtocol
public import MediaWire

/// What a client wants to publish.
public struct LocalTrackDescription: Sendable, Hashable {
    /// One encoding of a video track.
    public struct Layer: Sendable, Hashable {
        /// Names the encoding within its track: `q`, `h` and `f` from small to large.
        public var rid: String
        /// Width in pixels.
        public var width: Int
        /// Height in pixels.
        public var height: Int
        /// Bits per second.
        public var bitrate: Int
        /// The quality under which it is announced; nil for the one of its rank, as clients have it.
        public var quality: Livekit_VideoQuality?

        /// Describes an encoding.
        public init(rid: String, width: Int, height: Int, bitrate: Int, quality: Livekit_VideoQuality? = nil) {
            self.rid = rid
            self.width = width
            self.height = height
            self.bitrate = bitrate
            self.quality = quality
        }
    }

    /// Most encodings of one track.
    public static let maximumLayers = 3

    /// Name of the track.
    public var name: String
    /// Sound or picture.
    public var kind: MediaKind
    /// Camera, microphone, screen and so on.
    public var source: Livekit_TrackSource
    /// How it will be encoded.
    public var codec: Codec
    /// Encodings of a video track from small to large; one means no simulcast.
    ///
    /// Empty for audio.
    public var layers: [Layer]
    /// Whether sound has two channels.
    public var isStereo: Bool
    /// Groups tracks that belong together; empty lets the server choose by source.
    public var stream: String

    /// Describes sound, encoded as Opus.
    public static func audio(
        name: String,
        source: Livekit_TrackSource = .microphone,
        isStereo: Bool = false,
        stream: String = ""
    ) -> LocalTrackDescription {
        LocalTrackDescription(
            name: name,
            kind: .audio,
            source: source,
            codec: .opus,
            layers: [],
            isStereo: isStereo,
            stream: stream
        )
    }

    /// Describes pictures.
    public static func video(
        name: String,
        source: Livekit_TrackSource = .camera,
        codec: Codec,
        layers: [Layer],
        stream: String = ""
    ) -> LocalTrackDescription {
        LocalTrackDescription(
            name: name,
            kind: .video,
            source: source,
            codec: codec,
            layers: layers,
            isStereo: false,
            stream: stream
        )
    }

    /// Identifiers of the encodings as they are negotiated: none without simulcast.
    var rids: [String] { layers.count > 1 ? layers.map(\.rid) : [] }

    /// What is wrong with this description, nil if nothing is.
    var fault: String? {
        guard codec.kind == kind else { return "\(codec) is not a codec for \(kind)" }
        switch kind {
        case .audio:
            return layers.isEmpty ? nil : "an audio track has no layers"
        case .video:
            guard (1...Self.maximumLayers).contains(layers.count) else {
                return "a video track has 1 to \(Self.maximumLayers) layers, not \(layers.count)"
            }
            guard Set(layers.map(\.rid)).count == layers.count else { return "the layers' rids are not distinct" }
            guard layers.allSatisfy({ (1...65_535).contains($0.width) && (1...65_535).contains($0.height) }) else {
                return "a layer's width and height are 1 to 65535"
            }
            return nil
        }
    }

    /// The request that announces the track under a client-chosen identifier.
    func request(cid: String) -> Livekit_AddTrackRequest {
        var request = Livekit_AddTrackRequest()
        request.cid = cid
        request.name = name
        request.source = source
        request.stream = stream
        guard kind == .video else {
            request.type = .audio
            request.stereo = isStereo
            if isStereo { request.audioFeatures = [.tfStereo] }
            return request
        }
        request.type = .video
        request.width = UInt32(layers.last?.width ?? 0)
        request.height = UInt32(layers.last?.height ?? 0)
        request.layers = zip(layers, qualities).map { layer, quality in
            var described = Livekit_VideoLayer()
            described.quality = quality
            described.width = UInt32(layer.width)
            described.height = UInt32(layer.height)
            described.bitrate = UInt32(clamping: layer.bitrate)
            return described
        }
        var codec = Livekit_SimulcastCodec()
        codec.codec = self.codec.mimeType
        codec.cid = cid
        codec.layers = request.layers
        codec.videoLayerMode = .oneSpatialLayerPerStream
        request.simulcastCodecs = [codec]
        return request
    }

    /// The rids of the layers a server wants, given by quality; a single layer is wanted if any quality is.
    func rids(enabledBy qualities: [Livekit_SubscribedQuality]) -> Set<String> {
        let enabled = qualities.filter { $0.enabled && $0.quality != .off }.map(\.quality)
        if layers.count == 1 { return enabled.isEmpty ? [] : [layers[0].rid] }
        // A quality that no layer has stands for the next better one, or for the best there is.
        let wanted = enabled.map { quality in
            zip(layers, self.qualities).first { $0.1.rawValue >= quality.rawValue }?.0 ?? layers[layers.count - 1]
        }
        return Set(wanted.map(\.rid))
    }

    /// The qualities of the layers, from small to large.
    private var qualities: [Livekit_VideoQuality] {
        zip(layers, Self.qualities(of: layers.count)).map { $0.quality ?? $1 }
    }

    /// Qualities by rank among the layers there are, as servers assign them; a single layer is the best there is.
    private static func qualities(of count: Int) -> [Livekit_VideoQuality] {
        switch count {
        case 1: [.high]
        case 2: [.low, .medium]
        default: [.low, .medium, .high]
        }
    }
}
