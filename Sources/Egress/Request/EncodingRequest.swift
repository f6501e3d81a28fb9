import LiveKitProtocol

/// The encoding a request asks for: a preset, or options of its own.
enum EncodingRequest {
    case preset(Livekit_EncodingOptionsPreset)
    case advanced(Livekit_EncodingOptions)

    /// The options, checked and with every default but the sound's codec, which depends on the outputs.
    func resolve() throws(TwirpError) -> ResolvedEncoding {
        switch self {
        case .preset(let preset): try Self.resolve(preset)
        case .advanced(let options): try Self.resolve(options)
        }
    }

    private static func resolve(_ preset: Livekit_EncodingOptionsPreset) throws(TwirpError) -> ResolvedEncoding {
        if preset == .passthrough {
            throw .invalid("preset", "PASSTHROUGH needs a media source with exactly one track")
        }
        guard presetNames.indices.contains(preset.rawValue),
            let file = EncodingPreset.stock[presetNames[preset.rawValue]]
        else { throw .invalid("preset", "\(preset.rawValue) is not a known preset") }
        return ResolvedEncoding(video: file.videoPlan, defaultAudio: file.audioPlan)
    }

    private static func resolve(_ options: Livekit_EncodingOptions) throws(TwirpError) -> ResolvedEncoding {
        guard let defaults = EncodingPreset.stock[EncodingPreset.defaultsName] else {
            preconditionFailure("pipelines/defaults.yaml is compiled in")
        }
        var video = defaults.videoPlan
        video.width = try side(options.width, "width") ?? video.width
        video.height = try side(options.height, "height") ?? video.height
        guard video.width * video.height <= maximumPixels else {
            throw .invalid("width and height", "\(video.width)×\(video.height) is more than \(maximumPixels) pixels")
        }
        guard [0, 8, 16, 24].contains(options.depth) else {
            throw .invalid("depth", "\(options.depth) is none of 8, 16, 24")
        }
        video.framerate = try number(options.framerate, "framerate", 1...120, "frames a second") ?? video.framerate
        video.bitrate = try number(options.videoBitrate, "video_bitrate", 1...200_000, "kbit/s") ?? video.bitrate
        video.profile = try profile(options.videoCodec) ?? video.profile
        video.keyFrameInterval = try interval(options.keyFrameInterval)
        var resolved = ResolvedEncoding(video: video, defaultAudio: defaults.audioPlan)
        resolved.asksForVP8 = options.videoCodec == .vp8
        resolved.audioFormat = try format(options.audioCodec)
        resolved.audioBitrate = try number(options.audioBitrate, "audio_bitrate", 6...512, "kbit/s")
        resolved.audioFrequency = options.audioFrequency == 0 ? nil : Int(options.audioFrequency)
        return resolved
    }

    /// Nil for 0, which stands for a side left out.
    static func side(_ value: Int32, _ field: String) throws(TwirpError) -> Int? {
        guard let pixels = try number(value, field, 16...maximumSide, "pixels") else { return nil }
        guard pixels.isMultiple(of: 2) else {
            throw .invalid(field, "\(value) is odd; it has to be an even number of pixels from 16 to \(maximumSide)")
        }
        return pixels
    }

    /// Nil for 0, which stands for an option left out.
    static func number(
        _ value: Int32,
        _ field: String,
        _ range: ClosedRange<Int>,
        _ unit: String
    ) throws(TwirpError) -> Int? {
        if value == 0 { return nil }
        guard range.contains(Int(value)) else {
            throw .invalid(field, "\(value) is not within \(range.lowerBound) to \(range.upperBound) \(unit)")
        }
        return Int(value)
    }

    private static func profile(_ codec: Livekit_VideoCodec) throws(TwirpError) -> VideoPlan.Profile? {
        switch codec {
        case .defaultVc: nil
        case .h264Baseline: .baseline
        case .h264Main: .main
        case .h264High: .high
        // Whether that can be refused depends on the outputs.
        case .vp8: nil
        case .UNRECOGNIZED(let number): throw .invalid("video_codec", "\(number) is not a known codec")
        }
    }

    private static func format(_ codec: Livekit_AudioCodec) throws(TwirpError) -> AudioPlan.Format? {
        switch codec {
        case .defaultAc: nil
        case .aac: .aac
        case .opus: .opus
        case .acMp3: .mp3
        case .UNRECOGNIZED(let number): throw .invalid("audio_codec", "\(number) is not a known codec")
        }
    }

    private static func interval(_ value: Double) throws(TwirpError) -> Double? {
        if value == 0 { return nil }
        guard value.isFinite, (0.1...600).contains(value) else {
            throw .invalid("key_frame_interval", "\(value) is not within 0.1 to 600 seconds")
        }
        return value
    }
}

/// The names of the presets by their number in `EncodingOptionsPreset`.
private let presetNames = [
    "H264_720P_30", "H264_720P_60", "H264_1080P_30", "H264_1080P_60",
    "PORTRAIT_H264_720P_30", "PORTRAIT_H264_720P_60", "PORTRAIT_H264_1080P_30", "PORTRAIT_H264_1080P_60",
]
/// 8K in either orientation; beyond it no H.264 level has a name.
private let maximumSide = 7680
/// 8K.
private let maximumPixels = 7680 * 4320

extension EncodingPreset {
    fileprivate var videoPlan: VideoPlan {
        VideoPlan(
            profile: video.codec,
            width: video.width,
            height: video.height,
            framerate: video.framerate,
            bitrate: video.bitrate
        )
    }

    fileprivate var audioPlan: AudioPlan {
        AudioPlan(format: audio.codec, bitrate: audio.bitrate, frequency: audio.frequency)
    }
}
