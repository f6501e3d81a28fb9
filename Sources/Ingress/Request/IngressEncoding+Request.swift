import LiveKitProtocol

extension IngressEncoding {
    /// What the options of an ingress ask to be encoded: a preset, options of its own, or the default preset.
    init(audio: Livekit_IngressAudioOptions, video: Livekit_IngressVideoOptions) throws(TwirpError) {
        self.init(audio: try Audio(audio), video: try Video(video))
    }

    /// What an option left out is.
    fileprivate static let defaults: IngressEncoding = {
        guard let preset = IngressPreset.stock[IngressPreset.defaultsName], let audio = preset.audio,
            let video = preset.video
        else { preconditionFailure("pipelines/ingress-defaults.yaml is compiled in, with sound and pictures") }
        return IngressEncoding(audio: audio.encoding, video: video.encoding)
    }()
}

extension IngressEncoding.Audio {
    fileprivate init(_ request: Livekit_IngressAudioOptions) throws(TwirpError) {
        switch request.encodingOptions {
        case .options(let options)?: self = try Self(options)
        case .preset(let preset)?: self = try Self(preset)
        case nil: self = try Self(Livekit_IngressAudioEncodingPreset.opusStereo96Kbps)
        }
    }

    private init(_ preset: Livekit_IngressAudioEncodingPreset) throws(TwirpError) {
        guard audioPresetNames.indices.contains(preset.rawValue),
            let audio = IngressPreset.stock[audioPresetNames[preset.rawValue]]?.audio
        else { throw .invalid("audio.preset", "\(preset.rawValue) is not a known preset of sound") }
        self = audio.encoding
    }

    private init(_ options: Livekit_IngressAudioEncodingOptions) throws(TwirpError) {
        switch options.audioCodec {
        case .defaultAc, .opus: break
        case .aac: throw .invalid("audio.options.audio_codec", "AAC is not published into rooms; it must be OPUS")
        case .acMp3: throw .invalid("audio.options.audio_codec", "AC_MP3 is not published into rooms; it must be OPUS")
        case .UNRECOGNIZED(let number): throw .invalid("audio.options.audio_codec", "\(number) is not a known codec")
        }
        self = IngressEncoding.defaults.audio
        guard options.channels <= 2 else {
            throw .invalid(
                "audio.options.channels",
                "\(options.channels) is more than the 2 that are published at most"
            )
        }
        if options.channels != 0 { channels = Int(options.channels) }
        if channels == 1 { bitrate = monoBitrate }
        if options.bitrate != 0 {
            let range = IngressLimits.audioBitrates
            guard range.contains(Int(options.bitrate)) else {
                throw .invalid(
                    "audio.options.bitrate",
                    "\(options.bitrate) is not within \(range.lowerBound) to \(range.upperBound) bits a second"
                )
            }
            bitrate = Int(options.bitrate)
        }
        hasDTX = !options.disableDtx
    }
}

extension IngressEncoding.Video {
    fileprivate init(_ request: Livekit_IngressVideoOptions) throws(TwirpError) {
        switch request.encodingOptions {
        case .options(let options)?: self = try Self(options)
        case .preset(let preset)?: self = try Self(preset)
        case nil: self = try Self(Livekit_IngressVideoEncodingPreset.h264720P30Fps3Layers)
        }
    }

    private init(_ preset: Livekit_IngressVideoEncodingPreset) throws(TwirpError) {
        guard videoPresetNames.indices.contains(preset.rawValue),
            let video = IngressPreset.stock[videoPresetNames[preset.rawValue]]?.video
        else { throw .invalid("video.preset", "\(preset.rawValue) is not a known preset of pictures") }
        self = video.encoding
    }

    private init(_ options: Livekit_IngressVideoEncodingOptions) throws(TwirpError) {
        self = IngressEncoding.defaults.video
        format = try Self.format(options.videoCodec) ?? format
        // As LiveKit has it, what is not above 0 stands for the default.
        if options.frameRate > 0 || options.frameRate.isNaN {
            guard options.frameRate <= IngressLimits.maximumFrameRate else {
                throw .invalid(
                    "video.options.frame_rate",
                    "\(options.frameRate) is not within 0 to \(IngressLimits.maximumFrameRate) frames a second"
                )
            }
            framesPerSecond = options.frameRate
        }
        if !options.layers.isEmpty {
            layers = try Self.layers(options.layers, framesPerSecond: framesPerSecond)
        }
    }

    private static func format(_ codec: Livekit_VideoCodec) throws(TwirpError) -> Format? {
        switch codec {
        case .defaultVc: nil
        case .h264Baseline: .h264Baseline
        case .vp8: .vp8
        case .h264Main: throw .invalid("video.options.video_codec", "H264_MAIN is not \(publishedCodecs)")
        case .h264High: throw .invalid("video.options.video_codec", "H264_HIGH is not \(publishedCodecs)")
        case .UNRECOGNIZED(let number): throw .invalid("video.options.video_codec", "\(number) is not a known codec")
        }
    }
}

private let publishedCodecs = "published into rooms; it must be H264_BASELINE or VP8"

/// Bits a second of a single channel where none are asked for (LiveKit ingress 1.5, `pkg/params`).
private let monoBitrate = 64_000

/// The names of the presets by their number in `IngressAudioEncodingPreset`.
private let audioPresetNames = ["OPUS_STEREO_96KBPS", "OPUS_MONO_64KBS"]

/// The names of the presets by their number in `IngressVideoEncodingPreset`.
private let videoPresetNames = [
    "H264_720P_30FPS_3_LAYERS", "H264_1080P_30FPS_3_LAYERS", "H264_540P_25FPS_2_LAYERS", "H264_720P_30FPS_1_LAYER",
    "H264_1080P_30FPS_1_LAYER", "H264_720P_30FPS_3_LAYERS_HIGH_MOTION", "H264_1080P_30FPS_3_LAYERS_HIGH_MOTION",
    "H264_540P_25FPS_2_LAYERS_HIGH_MOTION", "H264_720P_30FPS_1_LAYER_HIGH_MOTION",
    "H264_1080P_30FPS_1_LAYER_HIGH_MOTION",
]
