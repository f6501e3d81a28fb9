import LiveKitProtocol

/// The encoding options of a request, checked; what depends on the outputs is still open.
struct ResolvedEncoding {
    /// The picture, with the interval of key frames as it was asked for.
    var video: VideoPlan
    /// What the sound is where nothing was asked for.
    var defaultAudio: AudioPlan
    /// Whether VP8 was asked for, which no encoder here makes.
    var asksForVP8 = false
    /// The codec that was asked for.
    var audioFormat: AudioPlan.Format?
    /// Thousands of bits a second that were asked for.
    var audioBitrate: Int?
    /// Samples a second that were asked for; not checked yet.
    var audioFrequency: Int?

    init(video: VideoPlan, defaultAudio: AudioPlan) {
        self.video = video
        self.defaultAudio = defaultAudio
    }

    /// The sound, in the codec that was chosen for it.
    func audio(_ format: AudioPlan.Format) throws(TwirpError) -> AudioPlan {
        let allowed = format.frequencies
        var plan = AudioPlan(
            format: format,
            bitrate: audioBitrate ?? defaultAudio.bitrate,
            frequency: allowed.contains(defaultAudio.frequency) ? defaultAudio.frequency : 48_000
        )
        if let audioFrequency {
            guard allowed.contains(audioFrequency) else {
                let list = allowed.map(String.init).joined(separator: ", ")
                throw .invalid("audio_frequency", "\(format.rawValue) has no \(audioFrequency) Hz; it has \(list)")
            }
            plan.frequency = audioFrequency
        }
        if format == .mp3 {
            let range = plan.frequency >= 32_000 ? 32...320 : 8...160
            guard range.contains(plan.bitrate) else {
                throw .invalid(
                    "audio_bitrate",
                    "MP3 at \(plan.frequency) Hz has \(range.lowerBound) to \(range.upperBound) kbit/s,"
                        + " not \(plan.bitrate)"
                )
            }
        }
        return plan
    }
}

extension AudioPlan.Format {
    /// The sampling rates it has, in Hz.
    fileprivate var frequencies: [Int] {
        switch self {
        // ISO/IEC 14496-3, table 1.18, as far as AAC-LC encoders take them.
        case .aac: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000]
        // Opus is always decoded at 48 kHz (RFC 6716, section 2), so nothing else would be true of the file.
        case .opus: [48_000]
        // ISO/IEC 11172-3 and 13818-3, and what is called MPEG-2.5.
        case .mp3: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000]
        }
    }
}
