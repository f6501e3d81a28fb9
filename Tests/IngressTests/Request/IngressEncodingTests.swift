import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("What an ingress encodes")
struct IngressEncodingTests {
    /// The figures of LiveKit ingress 1.5, from the largest layer to the smallest.
    static let videoPresets: [(Livekit_IngressVideoEncodingPreset, Double, [(Int, Int, Int, Int)])] = [
        (.h264720P30Fps3Layers, 30, [(2, 1280, 720, 1_900_000), (1, 640, 360, 671_751), (0, 320, 180, 237_500)]),
        (.h2641080P30Fps3Layers, 30, [(2, 1920, 1080, 3_500_000), (1, 960, 540, 1_237_436), (0, 480, 270, 437_500)]),
        (.h264540P25Fps2Layers, 25, [(2, 960, 540, 1_000_000), (0, 480, 270, 353_553)]),
        (.h264720P30Fps1Layer, 30, [(2, 1280, 720, 1_900_000)]),
        (.h2641080P30Fps1Layer, 30, [(2, 1920, 1080, 3_500_000)]),
        (
            .h264720P30Fps3LayersHighMotion, 30,
            [(2, 1280, 720, 2_500_000), (1, 640, 360, 883_883), (0, 320, 180, 312_500)]
        ),
        (
            .h2641080P30Fps3LayersHighMotion, 30,
            [(2, 1920, 1080, 4_500_000), (1, 960, 540, 1_590_990), (0, 480, 270, 562_500)]
        ),
        (.h264540P25Fps2LayersHighMotion, 25, [(2, 960, 540, 1_300_000), (0, 480, 270, 459_619)]),
        (.h264720P30Fps1LayerHighMotion, 30, [(2, 1280, 720, 2_500_000)]),
        (.h2641080P30Fps1LayerHighMotion, 30, [(2, 1920, 1080, 4_500_000)]),
    ]

    private func layers(_ rows: [(Int, Int, Int, Int)]) -> [IngressEncoding.Video.Layer] {
        rows.map { .init(quality: $0.0, width: $0.1, height: $0.2, bitrate: $0.3) }
    }

    private func encoding(
        audio: Livekit_IngressAudioOptions = .init(),
        video: Livekit_IngressVideoOptions = .init()
    ) throws -> IngressEncoding {
        try IngressEncoding(audio: audio, video: video)
    }

    @Test("every preset of pictures has the figures of LiveKit's", arguments: videoPresets)
    func presets(
        preset: Livekit_IngressVideoEncodingPreset,
        framesPerSecond: Double,
        rows: [(Int, Int, Int, Int)]
    ) throws {
        var options = Livekit_IngressVideoOptions()
        options.preset = preset
        let video = try encoding(video: options).video
        #expect(video.format == .h264Baseline && video.framesPerSecond == framesPerSecond)
        #expect(video.layers == layers(rows))
    }

    @Test("there is a preset for each number, and a file for nothing else")
    func complete() {
        #expect(Self.videoPresets.map(\.0) == Livekit_IngressVideoEncodingPreset.allCases)
        let count =
            Livekit_IngressVideoEncodingPreset.allCases.count + Livekit_IngressAudioEncodingPreset.allCases.count
        #expect(IngressPreset.stock.count == count + 1)
    }

    @Test("the presets of sound are stereo and mono, with silence left out")
    func sound() throws {
        var options = Livekit_IngressAudioOptions()
        options.preset = .opusStereo96Kbps
        #expect(try encoding(audio: options).audio == .init(channels: 2, bitrate: 96_000, hasDTX: true))
        options.preset = .opusMono64Kbs
        #expect(try encoding(audio: options).audio == .init(channels: 1, bitrate: 64_000, hasDTX: true))
    }

    @Test("without a word the first preset of each kind is meant")
    func nothing() throws {
        let encoding = try encoding()
        #expect(encoding.audio == .init(channels: 2, bitrate: 96_000, hasDTX: true))
        #expect(encoding.video.layers == layers(Self.videoPresets[0].2))
    }

    static let sounds: [(UInt32, UInt32, Bool, IngressEncoding.Audio)] = [
        (0, 0, false, .init(channels: 2, bitrate: 96_000, hasDTX: true)),
        (2, 0, true, .init(channels: 2, bitrate: 96_000, hasDTX: false)),
        (1, 0, false, .init(channels: 1, bitrate: 64_000, hasDTX: true)),
        (1, 32_000, false, .init(channels: 1, bitrate: 32_000, hasDTX: true)),
        (0, 510_000, false, .init(channels: 2, bitrate: 510_000, hasDTX: true)),
        (0, 6000, false, .init(channels: 2, bitrate: 6000, hasDTX: true)),
    ]

    @Test("options of sound that are left out have defaults", arguments: sounds)
    func soundOptions(channels: UInt32, bitrate: UInt32, noDTX: Bool, expected: IngressEncoding.Audio) throws {
        var request = Livekit_IngressAudioOptions()
        request.options.audioCodec = .opus
        request.options.channels = channels
        request.options.bitrate = bitrate
        request.options.disableDtx = noDTX
        #expect(try encoding(audio: request).audio == expected)
    }

    @Test("options of pictures that are left out have defaults")
    func pictureDefaults() throws {
        var request = Livekit_IngressVideoOptions()
        request.options = .init()
        let video = try encoding(video: request).video
        #expect(video.format == .h264Baseline && video.framesPerSecond == 30)
        #expect(
            video.layers == layers([(2, 1280, 720, 1_700_000), (1, 640, 360, 601_040), (0, 320, 180, 212_500)])
        )
        request.options.frameRate = -5
        #expect(try encoding(video: request).video == video)
    }

    @Test("layers are put in order, and get a bit rate of their size and rate")
    func pictureOptions() throws {
        var request = Livekit_IngressVideoOptions()
        request.options.videoCodec = .vp8
        request.options.frameRate = 60
        request.options.layers = [
            IngressRequests.layer(.low, 320, 180, 150_000), IngressRequests.layer(.high, 1920, 1080),
            IngressRequests.layer(.medium, 1920, 1080, 1_000_000),
        ]
        let video = try encoding(video: request).video
        #expect(video.format == .vp8 && video.framesPerSecond == 60)
        // 3 500 000 × 2^0.75
        #expect(
            video.layers
                == layers([(2, 1920, 1080, 5_886_274), (1, 1920, 1080, 1_000_000), (0, 320, 180, 150_000)])
        )
    }

    @Test(
        "the usual bit rate goes by the area and the rate to the power of 0.75, within the bounds",
        arguments: [
            (1920, 1080, 30.0, 3_500_000), (960, 540, 30, 1_237_436), (480, 270, 30, 437_500),
            (1920, 1080, 15, 2_081_112),
            (2, 2, 1, 10_000), (7680, 4320, 120, 79_195_959),
        ]
    )
    func usualBitrate(width: Int, height: Int, framesPerSecond: Double, expected: Int) {
        let bitrate = IngressEncoding.Video.Layer.usualBitrate(
            width: width,
            height: height,
            framesPerSecond: framesPerSecond
        )
        #expect(abs(bitrate - expected) <= 1, "\(bitrate)")
    }
}
