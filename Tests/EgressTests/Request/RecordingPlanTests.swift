import LiveKitProtocol
import Testing

@testable import Egress

@Suite("Egress requests")
struct RecordingPlanTests {
    static func composite(_ change: (inout Livekit_RoomCompositeEgressRequest) -> Void = { _ in })
        -> Livekit_RoomCompositeEgressRequest
    {
        var request = Livekit_RoomCompositeEgressRequest()
        request.roomName = "standup"
        var file = Livekit_EncodedFileOutput()
        file.filepath = "talk.mp4"
        request.fileOutputs = [file]
        change(&request)
        return request
    }

    static func start(_ change: (inout Livekit_StartEgressRequest) -> Void = { _ in }) -> Livekit_StartEgressRequest {
        var request = Livekit_StartEgressRequest()
        request.roomName = "standup"
        request.template = Livekit_TemplateSource()
        var output = Livekit_Output()
        output.file.filepath = "talk.mp4"
        request.outputs = [output]
        change(&request)
        return request
    }

    static func advanced(_ change: (inout Livekit_EncodingOptions) -> Void) -> Livekit_RoomCompositeEgressRequest {
        var options = Livekit_EncodingOptions()
        change(&options)
        return composite { $0.advanced = options }
    }

    @Test(
        "take size, rate and bitrate from the preset's file",
        arguments: [
            (Livekit_EncodingOptionsPreset.h264720P30, 1280, 720, 30, 3000),
            (.h264720P60, 1280, 720, 60, 4500), (.h2641080P30, 1920, 1080, 30, 4500),
            (.h2641080P60, 1920, 1080, 60, 6000),
            (.portraitH264720P30, 720, 1280, 30, 3000), (.portraitH264720P60, 720, 1280, 60, 4500),
            (.portraitH2641080P30, 1080, 1920, 30, 4500), (.portraitH2641080P60, 1080, 1920, 60, 6000),
        ]
    )
    func presets(preset: Livekit_EncodingOptionsPreset, width: Int, height: Int, rate: Int, bitrate: Int) throws {
        let plan = try RecordingPlan(Self.composite { $0.preset = preset })
        let video = VideoPlan(profile: .main, width: width, height: height, framerate: rate, bitrate: bitrate)
        #expect(plan.video == video)
        #expect(plan.audio == AudioPlan(format: .aac, bitrate: 128, frequency: 44_100))
        #expect(try RecordingPlan(Self.start { $0.preset = preset }) == plan)
    }

    @Test("have the first preset where no encoding is asked for, and the same in both forms")
    func defaults() throws {
        let plan = try RecordingPlan(Self.composite { $0.layout = "speaker" })
        #expect(
            try plan
                == RecordingPlan(
                    Self.composite {
                        $0.layout = "speaker"
                        $0.preset = .h264720P30
                    }
                )
        )
        #expect(try plan == RecordingPlan(Self.start { $0.template.layout = "speaker" }))
        #expect(plan.roomName == "standup" && plan.layout == "speaker" && plan.filePath == "talk.mp4")
    }

    @Test("fill in the options that were left out")
    func advancedDefaults() throws {
        let plan = try RecordingPlan(
            Self.advanced {
                $0.width = 640
                $0.videoCodec = .h264High
                $0.keyFrameInterval = 2
                $0.audioCodec = .opus
            }
        )
        #expect(
            plan.video
                == VideoPlan(profile: .high, width: 640, height: 720, framerate: 30, bitrate: 3000, keyFrameInterval: 2)
        )
        #expect(plan.audio == AudioPlan(format: .opus, bitrate: 128, frequency: 48_000))
    }

    @Test("record one kind alone where that is asked for")
    func oneKind() throws {
        #expect(try RecordingPlan(Self.composite { $0.audioOnly = true }).video == nil)
        #expect(try RecordingPlan(Self.composite { $0.videoOnly = true }).audio == nil)
        #expect(try RecordingPlan(Self.start { $0.template.audioOnly = true }).video == nil)
    }

    @Test("take the single file of old clients")
    func deprecatedFile() throws {
        let plan = try RecordingPlan(
            Self.composite {
                $0.fileOutputs = []
                $0.file.filepath = "old.mp4"
            }
        )
        #expect(plan.filePath == "old.mp4")
    }

    @Test(
        "with wrong options are refused with the field's name and what would be right",
        arguments: [
            (advanced { $0.width = 1281 }, "width (1281 is odd"),
            (advanced { $0.height = 15 }, "height (15 is not within 16 to"),
            (advanced { $0.width = -2 }, "width (-2"), (advanced { $0.height = 100_000 }, "height (100000"),
            (
                advanced {
                    $0.width = 7680
                    $0.height = 7680
                }, "width and height (7680×7680"
            ),
            (advanced { $0.depth = 12 }, "depth (12 is none of 8, 16, 24)"),
            (advanced { $0.framerate = 1000 }, "framerate (1000"),
            (advanced { $0.framerate = -1 }, "framerate (-1"), (advanced { $0.videoBitrate = -5 }, "video_bitrate (-5"),
            (advanced { $0.audioBitrate = 5 }, "audio_bitrate (5"),
            (advanced { $0.audioFrequency = 1 }, "audio_frequency (AAC has no 1 Hz"),
            (
                advanced {
                    $0.audioCodec = .opus
                    $0.audioFrequency = 44_100
                }, "audio_frequency (OPUS has no 44100 Hz"
            ),
            (advanced { $0.keyFrameInterval = .nan }, "key_frame_interval (nan"),
            (advanced { $0.keyFrameInterval = -1 }, "key_frame_interval (-1.0"),
            (advanced { $0.videoCodec = .UNRECOGNIZED(99) }, "video_codec (99"),
            (composite { $0.preset = .passthrough }, "preset (PASSTHROUGH"),
            (composite { $0.preset = .UNRECOGNIZED(77) }, "preset (77"),
            (composite { $0.roomName = "" }, "room_name (it is empty)"),
            (composite { $0.fileOutputs = [] }, "output (none"),
            (
                composite {
                    $0.audioOnly = true
                    $0.videoOnly = true
                }, "audio_only and video_only (both"
            ),
            (composite { $0.fileOutputs += $0.fileOutputs }, "file_outputs (2 file outputs"),
            (composite { $0.layout = String(repeating: "x", count: 300) }, "layout (a name of 300 bytes"),
        ]
    )
    func invalid(request: Livekit_RoomCompositeEgressRequest, text: String) {
        let error = #expect(throws: TwirpError.self) { try RecordingPlan(request) }
        #expect(error?.code == .invalidArgument)
        #expect(
            error?.message.hasPrefix("request has missing or invalid field: \(text)") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test(
        "whose codecs do not fit MP4 are refused as LiveKit does",
        arguments: [
            (advanced { $0.videoCodec = .vp8 }, "format MP4 incompatible with codec VP8"),
            (advanced { $0.audioCodec = .acMp3 }, "format MP4 incompatible with codec MP3"),
            (composite { $0.fileOutputs[0].fileType = .ogg }, "format OGG incompatible with codec H264"),
        ]
    )
    func codecs(request: Livekit_RoomCompositeEgressRequest, text: String) {
        let error = #expect(throws: TwirpError.self) { try RecordingPlan(request) }
        #expect(error == TwirpError(.invalidArgument, text))
    }

    @Test(
        "for what is not built yet say so by name",
        arguments: [
            (composite { $0.streamOutputs = [.init()] }, "stream output"),
            (composite { $0.segmentOutputs = [.init()] }, "segment output"),
            (composite { $0.imageOutputs = [.init()] }, "image output"),
            (composite { $0.webhooks = [.init()] }, "a webhook of one request"),
            (composite { $0.fileOutputs[0].s3 = .init() }, "upload to cloud storage"),
            (composite { $0.customBaseURL = "https://x" }, "custom_base_url"),
            (composite { $0.audioMixing = .dualChannelAgent }, "audio_mixing"),
            (
                composite {
                    $0.audioOnly = true
                    $0.fileOutputs[0].fileType = .mp3
                }, "file type MP3"
            ),
        ]
    )
    func unsupported(request: Livekit_RoomCompositeEgressRequest, text: String) {
        let error = #expect(throws: TwirpError.self) { try RecordingPlan(request) }
        #expect(error?.code == .unimplemented)
        #expect(error?.message.hasPrefix(text) == true, "\(error?.message ?? "")")
    }

    @Test(
        "of other sources and outputs are refused in the new form too",
        arguments: [
            (start { $0.web = .init() }, TwirpCode.unimplemented, "web source"),
            (start { $0.media = .init() }, .unimplemented, "media source"),
            (start { $0.source = nil }, .invalidArgument, "source (none"),
            (start { $0.outputs = [] }, .invalidArgument, "outputs (none"),
            (start { $0.outputs[0].stream = .init() }, .unimplemented, "stream output"),
            (start { $0.outputs[0].config = nil }, .invalidArgument, "outputs (an output without a kind"),
            (start { $0.outputs[0].storage = .init() }, .unimplemented, "upload to cloud storage"),
            (start { $0.storage = .init() }, .unimplemented, "upload to cloud storage"),
        ]
    )
    func newForm(request: Livekit_StartEgressRequest, code: TwirpCode, text: String) {
        let error = #expect(throws: TwirpError.self) { try RecordingPlan(request) }
        #expect(error?.code == code)
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
    }
}
