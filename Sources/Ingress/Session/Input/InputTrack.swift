package import MediaWire

/// A stream of pictures or sound as a publisher announces it, before the first sample of it.
///
/// Announced again when it changes in mid-stream (another codec, another size): what follows is of the new kind.
package struct InputTrack: Sendable, Hashable, Codable {
    /// How the samples are encoded.
    ///
    /// The raw value is FFmpeg's name of the codec.
    package enum Format: String, Sendable, Hashable, Codable, CaseIterable {
        case h264, h265 = "hevc", vp8, vp9, av1
        case aac, mp3, opus
        /// What files, MPEG-TS and cameras have besides.
        case mpeg2 = "mpeg2video", mpeg4
        case aacLATM = "aac_latm", mp2, ac3, eac3, vorbis, flac
        case pcm16 = "pcm_s16le", muLaw = "pcm_mulaw", aLaw = "pcm_alaw"

        /// Picture or sound.
        package var kind: MediaKind {
            switch self {
            case .h264, .h265, .vp8, .vp9, .av1, .mpeg2, .mpeg4: .video
            case .aac, .mp3, .opus, .aacLATM, .mp2, .ac3, .eac3, .vorbis, .flac, .pcm16, .muLaw, .aLaw: .audio
            }
        }
    }

    /// How the samples are encoded.
    package var format: Format
    /// The codec's own header as containers carry it (`avcC`, `hvcC`, `av1C`, `vpcC`, AudioSpecificConfig, OpusHead).
    ///
    /// Empty if there is none: then H.264 and H.265 samples are in Annex B with their parameter sets in front of key frames.
    /// With a header, H.264 and H.265 samples are NAL units behind their lengths, as the header says.
    /// AAC without one has ADTS in front of each sample.
    package var header: [UInt8]
    /// Luma samples a row, 0 if not known or for sound.
    package var width: Int
    /// Luma rows, 0 if not known or for sound.
    package var height: Int
    /// Samples a second, 0 if not known or for pictures.
    package var sampleRate: Int
    /// Channels of sound, 0 if not known or for pictures.
    package var channels: Int

    /// A stream by its parts.
    package init(
        format: Format,
        header: [UInt8] = [],
        width: Int = 0,
        height: Int = 0,
        sampleRate: Int = 0,
        channels: Int = 0
    ) {
        self.format = format
        self.header = header
        self.width = width
        self.height = height
        self.sampleRate = sampleRate
        self.channels = channels
    }

    /// Picture or sound.
    package var kind: MediaKind { format.kind }
}
