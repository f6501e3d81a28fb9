/// What a transcoding ingress publishes: one track of sound and one of pictures.
///
/// Made of a request's options or a preset; layers are still those asked for, before they are fitted to the source.
package struct IngressEncoding: Sendable, Hashable, Codable {
    /// Sound, encoded as Opus at 48 kHz.
    package struct Audio: Sendable, Hashable, Codable {
        /// 1 or 2.
        package var channels: Int
        /// Bits a second.
        package var bitrate: Int
        /// Whether silence is sent as next to nothing (Opus DTX).
        package var hasDTX: Bool

        /// Sound by its parts.
        package init(channels: Int, bitrate: Int, hasDTX: Bool) {
            self.channels = channels
            self.bitrate = bitrate
            self.hasDTX = hasDTX
        }
    }

    /// Pictures, as one encoding or several (simulcast).
    package struct Video: Sendable, Hashable, Codable {
        /// How the pictures are encoded.
        package enum Format: String, Sendable, Hashable, Codable, CaseIterable {
            /// H.264 constrained baseline, zero latency.
            case h264Baseline = "H264_BASELINE"
            case vp8 = "VP8"
            case vp9 = "VP9"
        }

        /// One encoding.
        package struct Layer: Sendable, Hashable, Codable {
            /// LOW 0, MEDIUM 1, HIGH 2 (`livekit.VideoQuality`).
            package var quality: Int
            /// Luma samples a row, even.
            package var width: Int
            /// Luma rows, even.
            package var height: Int
            /// Bits a second.
            package var bitrate: Int

            /// An encoding by its parts.
            package init(quality: Int, width: Int, height: Int, bitrate: Int) {
                self.quality = quality
                self.width = width
                self.height = height
                self.bitrate = bitrate
            }
        }

        /// How the pictures are encoded.
        package var format: Format
        /// Frames a second at most; a slower source stays as it is.
        package var framesPerSecond: Double
        /// From the largest to the smallest, 1 to 3.
        package var layers: [Layer]

        /// Pictures by their parts.
        package init(format: Format, framesPerSecond: Double, layers: [Layer]) {
            self.format = format
            self.framesPerSecond = framesPerSecond
            self.layers = layers
        }
    }

    /// The sound.
    package var audio: Audio
    /// The pictures.
    package var video: Video

    /// An encoding by its parts.
    package init(audio: Audio, video: Video) {
        self.audio = audio
        self.video = video
    }
}
