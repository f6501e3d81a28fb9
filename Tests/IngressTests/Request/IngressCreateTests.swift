import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("Making an ingress")
struct IngressCreateTests {
    /// A change that makes a good request bad, and what is said of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let input: Livekit_IngressInput
        let says: String
        let change: @Sendable (inout Livekit_CreateIngressRequest) -> Void

        init(
            _ input: Livekit_IngressInput,
            _ says: String,
            _ change: @escaping @Sendable (inout Livekit_CreateIngressRequest) -> Void
        ) {
            self.input = input
            self.says = says
            self.change = change
        }

        var testDescription: String { "\(input): \(says)" }
    }

    static let refused: [Case] = [
        Case(.rtmpInput, "participant_identity (it is empty") { $0.participantIdentity = "" },
        Case(.rtmpInput, "participant_identity (it has 257 bytes") {
            $0.participantIdentity = String(repeating: "x", count: 257)
        },
        Case(.rtmpInput, "name (it has 257 bytes") { $0.name = String(repeating: "x", count: 257) },
        Case(.rtmpInput, "room_name (it has 258 bytes") { $0.roomName = String(repeating: "é", count: 129) },
        Case(.rtmpInput, "participant_name (it has 257") { $0.participantName = String(repeating: "x", count: 257) },
        Case(.rtmpInput, "participant_metadata (it has 64001 bytes, and 64000 is the most") {
            $0.participantMetadata = String(repeating: "x", count: 64_001)
        },
        Case(.rtmpInput, "input_type (7 is none of RTMP_INPUT 0") { $0.inputType = .UNRECOGNIZED(7) },
        Case(.rtmpInput, "url (only URL_INPUT pulls one") { $0.url = "https://host/film.mp4" },
        Case(.whipInput, "url (only URL_INPUT pulls one") { $0.url = "https://host/film.mp4" },
        Case(.rtmpInput, "audio.name (it has 300 bytes") { $0.audio.name = String(repeating: "x", count: 300) },
        Case(.rtmpInput, "video.name (it has 300 bytes") { $0.video.name = String(repeating: "x", count: 300) },
        Case(.rtmpInput, "audio.source (1 is none of MICROPHONE 2, SCREEN_SHARE_AUDIO 4") { $0.audio.source = .camera },
        Case(.rtmpInput, "video.source (2 is none of CAMERA 1, SCREEN_SHARE 3") { $0.video.source = .microphone },
        Case(.urlInput, "url (URL_INPUT needs what to pull") { $0.url = "" },
        Case(.urlInput, "url (it has 8193 bytes") {
            $0.url = "https://h/" + String(repeating: "x", count: 8183)
        },
        Case(.urlInput, "invalid url scheme ftp: it must be one of http, https, srt, rtsp") {
            $0.url = "ftp://host/film"
        },
        Case(.urlInput, "room_name (it is empty; a URL is pulled into a room at once") { $0.roomName = "" },
        Case(.urlInput, "enabled (it cannot be false for URL_INPUT") { $0.enabled = false },
        // Transcoding.
        Case(.rtmpInput, "enable_transcoding (only WHIP_INPUT can do without") { $0.enableTranscoding = false },
        Case(.urlInput, "enable_transcoding (only WHIP_INPUT can do without") { $0.enableTranscoding = false },
        Case(.rtmpInput, "enable_transcoding (only WHIP_INPUT can do without") { $0.bypassTranscoding = true },
        Case(.whipInput, "audio.encoding_options (media goes through as it is") { $0.audio.preset = .opusMono64Kbs },
        Case(.whipInput, "video.encoding_options (media goes through as it is") { $0.video.options = .init() },
        // Encoding.
        Case(.rtmpInput, "audio.preset (9 is not a known preset of sound") { $0.audio.preset = .UNRECOGNIZED(9) },
        Case(.rtmpInput, "video.preset (10 is not a known preset of pictures") { $0.video.preset = .UNRECOGNIZED(10) },
        Case(.rtmpInput, "video.preset (-1 is not a known preset of pictures") { $0.video.preset = .UNRECOGNIZED(-1) },
        Case(.rtmpInput, "audio.options.audio_codec (AAC is not published") { $0.audio.options.audioCodec = .aac },
        Case(.rtmpInput, "audio.options.audio_codec (AC_MP3 is not published") { $0.audio.options.audioCodec = .acMp3 },
        Case(.rtmpInput, "audio.options.audio_codec (8 is not a known codec") {
            $0.audio.options.audioCodec = .UNRECOGNIZED(8)
        },
        Case(.rtmpInput, "audio.options.channels (3 is more than the 2") { $0.audio.options.channels = 3 },
        Case(.rtmpInput, "audio.options.bitrate (5999 is not within 6000 to 510000") {
            $0.audio.options.bitrate = 5999
        },
        Case(.rtmpInput, "audio.options.bitrate (4294967295 is not within") { $0.audio.options.bitrate = .max },
        Case(.rtmpInput, "video.options.video_codec (H264_MAIN is not published") {
            $0.video.options.videoCodec = .h264Main
        },
        Case(.rtmpInput, "video.options.video_codec (H264_HIGH is not published") {
            $0.video.options.videoCodec = .h264High
        },
        Case(.rtmpInput, "video.options.video_codec (9 is not a known codec") {
            $0.video.options.videoCodec = .UNRECOGNIZED(9)
        },
        Case(.rtmpInput, "video.options.frame_rate (121.0 is not within 0 to 120.0") {
            $0.video.options.frameRate = 121
        },
        Case(.rtmpInput, "video.options.frame_rate (inf is not") { $0.video.options.frameRate = .infinity },
        Case(.rtmpInput, "video.options.frame_rate (nan is not") { $0.video.options.frameRate = .nan },
    ]

    static let refusedLayers: [([Livekit_VideoLayer], String)] = [
        ([IngressRequests.layer(.high, 0, 720)], "width of HIGH (0 is no even number of pixels from 2 to 7680"),
        ([IngressRequests.layer(.high, 1280, 0)], "height of HIGH (0 is no even number"),
        ([IngressRequests.layer(.low, 321, 180)], "width of LOW (321 is no even number"),
        ([IngressRequests.layer(.low, 320, 181)], "height of LOW (181 is no even number"),
        ([IngressRequests.layer(.high, 7682, 720)], "width of HIGH (7682 is no even number"),
        ([IngressRequests.layer(.high, .max, .max)], "width of HIGH (4294967295 is no even number"),
        ([IngressRequests.layer(.high, 7680, 7680)], "HIGH is 7680×7680, more than 33177600 pixels"),
        ([IngressRequests.layer(.off, 320, 180)], "quality (3 is none of LOW, MEDIUM, HIGH"),
        ([IngressRequests.layer(.UNRECOGNIZED(4), 320, 180)], "quality (4 is none of LOW, MEDIUM, HIGH"),
        ([IngressRequests.layer(.low, 320, 180, 9999)], "bitrate of LOW (9999 is not within 10000 to 100000000"),
        ([IngressRequests.layer(.low, 320, 180, .max)], "bitrate of LOW (4294967295 is not within"),
        (
            [IngressRequests.layer(.low, 320, 180), IngressRequests.layer(.low, 640, 360)],
            "two of them have the quality LOW"
        ),
        (
            [IngressRequests.layer(.low, 640, 360), IngressRequests.layer(.high, 320, 360)],
            "HIGH is 320×360 and the lower quality LOW 640×360; a lower quality must not be larger"
        ),
        (
            [IngressRequests.layer(.medium, 640, 360), IngressRequests.layer(.high, 1280, 358)],
            "HIGH is 1280×358 and the lower quality MEDIUM 640×360"
        ),
    ]

    @Test("refuses what could not be published, with the field and what would be right", arguments: refused)
    func refuses(wrong: Case) throws {
        var request = IngressRequests.create(wrong.input)
        #expect(throws: Never.self) { try IngressRequests.info(request) }
        wrong.change(&request)
        let error = try #require(throws: TwirpError.self) { try IngressRequests.info(request) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(wrong.says), "\(error.message)")
    }

    @Test("refuses layers that contradict one another or themselves", arguments: refusedLayers)
    func refusesLayers(layers: [Livekit_VideoLayer], says: String) throws {
        var request = IngressRequests.create(.rtmpInput)
        request.video.options.layers = layers
        let error = try #require(throws: TwirpError.self) { try IngressRequests.info(request) }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains("video.options.layers"))
        #expect(error.message.contains(says), "\(error.message)")
    }

    @Test(
        "what is published to gets a key, an address, and is used again",
        arguments: [
            (Livekit_IngressInput.rtmpInput, "rtmp://media.example.com/live"),
            (.whipInput, "https://media.example.com/w"),
        ]
    )
    func published(input: Livekit_IngressInput, url: String) throws {
        let info = try IngressRequests.info(input)
        #expect(info.ingressID == "IN_1" && info.streamKey == "abcdefgh2345" && info.url == url)
        #expect(info.reusable && info.enabled && info.hasState && info.state == .init())
        #expect(info.name == "camera 1" && info.roomName == "standup")
        #expect(info.participantIdentity == "camera-1" && info.participantName == "Camera 1")
    }

    @Test("a URL has no key and is pulled once")
    func pulled() throws {
        let info = try IngressRequests.info(.urlInput)
        #expect(info.streamKey.isEmpty && !info.reusable && info.url == "https://media.example.com/film.mp4")
    }

    @Test("a room may be named later, and an ingress made switched off")
    func later() throws {
        var request = IngressRequests.create(.rtmpInput)
        request.roomName = ""
        request.enabled = false
        let info = try IngressRequests.info(request)
        #expect(info.roomName.isEmpty && info.hasEnabled && !info.enabled)
    }

    /// Whether a request says `enable_transcoding` and `bypass_transcoding`, and what follows.
    static let transcoding: [(Livekit_IngressInput, Bool?, Bool, Bool)] = [
        (.rtmpInput, nil, false, true),
        (.rtmpInput, true, false, true),
        (.rtmpInput, true, true, true),
        (.urlInput, nil, false, true),
        (.urlInput, true, false, true),
        (.whipInput, nil, false, false),
        (.whipInput, nil, true, false),
        (.whipInput, false, false, false),
        (.whipInput, true, false, true),
        (.whipInput, true, true, true),
        (.whipInput, false, true, false),
    ]

    @Test("only WHIP goes without transcoding, and does unless it is asked for", arguments: transcoding)
    func transcodes(input: Livekit_IngressInput, enable: Bool?, bypass: Bool, transcodes: Bool) throws {
        var request = IngressRequests.create(input)
        if let enable { request.enableTranscoding = enable }
        request.bypassTranscoding = bypass
        let info = try IngressRequests.info(request)
        #expect(info.hasEnableTranscoding && info.enableTranscoding == transcodes)
        #expect(info.bypassTranscoding == !transcodes)
        #expect(info.transcodes == transcodes)
    }

    @Test("an ingress that an older server wrote down goes by its older field")
    func olderInfo() {
        var info = Livekit_IngressInfo()
        #expect(info.transcodes)
        info.bypassTranscoding = true
        #expect(!info.transcodes)
        info.enableTranscoding = true
        #expect(info.transcodes)
    }
}
