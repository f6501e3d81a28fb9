import Yams

/// An encoding preset: one file of `pipelines/`.
struct EncodingPreset: Decodable, Sendable, Hashable {
    struct Video: Decodable, Sendable, Hashable {
        var codec: VideoPlan.Profile
        var width: Int
        var height: Int
        var framerate: Int
        var bitrate: Int
    }

    struct Audio: Decodable, Sendable, Hashable {
        var codec: AudioPlan.Format
        var bitrate: Int
        var frequency: Int
    }

    /// The name requests use, such as `H264_720P_30`.
    var preset: String
    var video: Video
    var audio: Audio

    /// The presets that come with Sluice, by name.
    static let stock: [String: EncodingPreset] = {
        let presets = stockPipelines.map { bytes in
            do {
                return try YAMLDecoder().decode(EncodingPreset.self, from: String(decoding: bytes, as: UTF8.self))
            } catch {
                // They are compiled in and read by a test: a failure here is a bug of the build.
                preconditionFailure("a file of pipelines/ does not parse: \(error)")
            }
        }
        return Dictionary(presets.map { ($0.preset, $0) }) { _, _ in preconditionFailure("two presets of one name") }
    }()

    /// The name of the file that says what an option left out is.
    static let defaultsName = "DEFAULTS"
}

/// The files of `pipelines/`, compiled into the program.
///
/// A new preset is a new file and a line here.
private let stockPipelines: [[UInt8]] = [
    PackageResources.defaults_yaml,
    PackageResources.h264_720p_30_yaml,
    PackageResources.h264_720p_60_yaml,
    PackageResources.h264_1080p_30_yaml,
    PackageResources.h264_1080p_60_yaml,
    PackageResources.portrait_h264_720p_30_yaml,
    PackageResources.portrait_h264_720p_60_yaml,
    PackageResources.portrait_h264_1080p_30_yaml,
    PackageResources.portrait_h264_1080p_60_yaml,
]
