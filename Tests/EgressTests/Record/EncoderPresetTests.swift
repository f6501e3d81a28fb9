import Media
import Testing

@testable import Egress

@Suite("The presets of a recording")
struct EncoderPresetTests {
    @Test(
        "write the same SPS and PPS, so that a file may change between them",
        arguments: VideoEncoderConfiguration.H264Profile.allCases,
        [(640, 360), (1280, 720), (1080, 1920), (1920, 1080)]
    )
    func parameterSets(profile: VideoEncoderConfiguration.H264Profile, size: (width: Int, height: Int)) throws {
        for isConstantRate in [false, true] {
            var headers: Set<[UInt8]> = []
            for preset in VideoEncoding.presets {
                for threads in [1, 2, 4] {
                    var configuration = VideoEncoderConfiguration(
                        format: .h264(profile),
                        width: size.width,
                        height: size.height,
                        framesPerSecond: 30,
                        bitrate: 3_000_000
                    )
                    configuration.isConstantRate = isConstantRate
                    configuration.threads = threads
                    configuration.preset = preset
                    headers.insert(try VideoEncoder(configuration).parameters.extradata)
                }
            }
            #expect(headers.count == 1 && headers.first?.isEmpty == false)
        }
    }
}
