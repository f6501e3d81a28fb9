import Yams

/// An encoding preset of ingress: one file `ingress-….yaml` of `pipelines/`.
struct IngressPreset: Decodable, Sendable, Hashable {
    struct Video: Decodable, Sendable, Hashable {
        var codec: IngressEncoding.Video.Format
        var framerate: Double
        /// From the largest to the smallest.
        var layers: [Layer]
    }

    struct Layer: Decodable, Sendable, Hashable {
        var quality: Quality
        var width: Int
        var height: Int
        var bitrate: Int
    }

    /// `livekit.VideoQuality` by name, as far as it is one of a picture.
    enum Quality: String, Decodable, Sendable, Hashable {
        case low = "LOW"
        case medium = "MEDIUM"
        case high = "HIGH"

        /// Its number.
        var number: Int {
            switch self {
            case .low: 0
            case .medium: 1
            case .high: 2
            }
        }
    }

    struct Audio: Decodable, Sendable, Hashable {
        var channels: Int
        var bitrate: Int
        var dtx: Bool
    }

    /// The name requests use, such as `H264_720P_30FPS_3_LAYERS`.
    var preset: String
    /// The pictures, if it is a preset of pictures.
    var video: Video?
    /// The sound, if it is a preset of sound.
    var audio: Audio?

    /// The presets that come with Sluice, by name.
    static let stock: [String: IngressPreset] = {
        let presets = stockPipelines.map { bytes in
            do {
                return try YAMLDecoder().decode(IngressPreset.self, from: String(decoding: bytes, as: UTF8.self))
            } catch {
                // They are compiled in and read by a test: a failure here is a bug of the build.
                preconditionFailure("a file of pipelines/ does not parse: \(error)")
            }
        }
        return Dictionary(presets.map { ($0.preset, $0) }) { _, _ in preconditionFailure("two presets of one name") }
    }()

    /// The name of the file that says what an option left out is.
    static let defaultsName = "INGRESS_DEFAULTS"
}

extension IngressPreset.Video {
    /// As a session encodes it.
    var encoding: IngressEncoding.Video {
        IngressEncoding.Video(
            format: codec,
            framesPerSecond: framerate,
            layers: layers.map { layer in
                IngressEncoding.Video.Layer(
                    quality: layer.quality.number,
                    width: layer.width,
                    height: layer.height,
                    bitrate: layer.bitrate
                )
            }
        )
    }
}

extension IngressPreset.Audio {
    /// As a session encodes it.
    var encoding: IngressEncoding.Audio {
        IngressEncoding.Audio(channels: channels, bitrate: bitrate, hasDTX: dtx)
    }
}

/// The files of `pipelines/` that are of ingress, compiled into the program.
///
/// A new preset is a new file and a line here.
private let stockPipelines: [[UInt8]] = [
    PackageResources.ingress_defaults_yaml,
    PackageResources.ingress_opus_stereo_96kbps_yaml,
    PackageResources.ingress_opus_mono_64kbs_yaml,
    PackageResources.ingress_h264_720p_30fps_3_layers_yaml,
    PackageResources.ingress_h264_1080p_30fps_3_layers_yaml,
    PackageResources.ingress_h264_540p_25fps_2_layers_yaml,
    PackageResources.ingress_h264_720p_30fps_1_layer_yaml,
    PackageResources.ingress_h264_1080p_30fps_1_layer_yaml,
    PackageResources.ingress_h264_720p_30fps_3_layers_high_motion_yaml,
    PackageResources.ingress_h264_1080p_30fps_3_layers_high_motion_yaml,
    PackageResources.ingress_h264_540p_25fps_2_layers_high_motion_yaml,
    PackageResources.ingress_h264_720p_30fps_1_layer_high_motion_yaml,
    PackageResources.ingress_h264_1080p_30fps_1_layer_high_motion_yaml,
]
