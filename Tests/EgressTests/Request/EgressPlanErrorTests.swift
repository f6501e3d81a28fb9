import LiveKitProtocol
import Testing

@testable import Egress

@Suite("Requests that cannot be carried out")
struct EgressPlanErrorTests {
    private func error(_ request: Requests.Request, _ retryCount: Int32 = 0) -> TwirpError? {
        #expect(throws: TwirpError.self) { try EgressPlan(request, defaults: PlanDefaults(), retryCount: retryCount) }
    }

    @Test(
        "name the field, and what would be right",
        arguments: [
            (Requests.composite { $0.roomName = "" }, "room_name (it is empty)"),
            (Requests.template { $0.roomName = "" }, "room_name (it is empty)"),
            (Requests.track { $0.roomName = "" }, "room_name (it is empty)"),
            (both(), "audio_only and video_only (both"),
            (Requests.composite { $0.layout = String(repeating: "x", count: 300) }, "layout (a name of 300 bytes"),
            (Requests.composite { $0.audioMixing = .UNRECOGNIZED(9) }, "audio_mixing (9"),
            (Requests.participant { $0.identity = "" }, "identity (it is empty)"),
            (
                Requests.tracks {
                    $0.audioTrackID = ""
                    $0.videoTrackID = ""
                }, "audio_track_id or video_track_id"
            ),
            (Requests.track { $0.trackID = "" }, "track_id (it is empty)"),
            (Requests.template { $0.source = nil }, "source (none"),
            (Requests.media { $0.media = .init() }, "media (neither"),
            (Requests.media { $0.media.videoTrackID = "" }, "video_track_id"),
            (Requests.media { $0.media.participantVideo.identity = "" }, "participant_video.identity"),
            (
                Requests.media {
                    $0.media.audio.captureAll = true
                    $0.media.audio.routes = [.init()]
                }, "audio (capture_all and routes"
            ),
            (Requests.media { $0.media.audio.routes = [.init()] }, "routes (a route needs"),
            (
                Requests.media {
                    $0.media.audio.routes = [EgressPlanSourceTests.route(.trackID(""), .both)]
                }, "routes.track_id"
            ),
            (Requests.composite { $0.fileOutputs = [] }, "output (none"),
            (Requests.track { $0.output = nil }, "output (none"),
            (Requests.template { $0.outputs = [] }, "outputs (none"),
            (Requests.template { $0.outputs[0].config = nil }, "outputs (an output without a kind"),
            (Requests.composite { $0.fileOutputs += $0.fileOutputs }, "multiple file outputs (2"),
            (
                Requests.composite { $0.streamOutputs = [Requests.stream("mux://k"), Requests.stream("mux://k")] },
                "multiple stream outputs (2"
            ),
            (
                Requests.composite { $0.segmentOutputs = [Requests.segments(), Requests.segments()] },
                "multiple segmented file outputs (2"
            ),
            (
                Requests.composite { $0.imageOutputs = .init(repeating: Requests.images(), count: 40) },
                "output (41 outputs; at most 32"
            ),
            (
                Requests.composite {
                    $0.audioOnly = true
                    $0.imageOutputs = [Requests.images()]
                }, "audio_only images"
            ),
            (
                Requests.template {
                    $0.template.videoOnly = true
                    $0.outputs = [Requests.output { $0.stream = Requests.stream("ws://h") }]
                }, "video_only websocket"
            ),
            (Requests.composite { $0.streamOutputs = [Requests.stream("ws://h")] }, "stream_outputs (a websocket"),
            (Requests.composite { $0.streamOutputs = [Requests.stream()] }, "stream urls (there are none"),
            (
                Requests.composite {
                    $0.fileOutputs = []
                    $0.streamOutputs = [Requests.stream(over: .rtmp)]
                }, "stream urls (there are none"
            ),
            (Requests.composite { $0.streamOutputs = [Requests.stream(over: .UNRECOGNIZED(9))] }, "protocol (9"),
            (Requests.composite { $0.webhooks = [hook("http://a"), hook("http://b")] }, "webhooks (2 webhooks"),
            (Requests.composite { $0.webhooks = [hook("ftp://a")] }, "webhooks.url"),
            (Requests.composite { $0.fileOutputs[0].fileType = .UNRECOGNIZED(9) }, "file_type (9"),
        ]
    )
    func fields(request: Requests.Request, text: String) {
        let error = error(request)
        #expect(error?.code == .invalidArgument)
        #expect(
            error?.message.hasPrefix("request has missing or invalid field: \(text)") == true,
            "\(error?.message ?? "")"
        )
    }

    static func both() -> Requests.Request {
        Requests.composite {
            $0.audioOnly = true
            $0.videoOnly = true
        }
    }

    static func hook(_ url: String) -> Livekit_WebhookConfig {
        var hook = Livekit_WebhookConfig()
        hook.url = url
        return hook
    }

    @Test(
        "whose options are out of their limits say which",
        arguments: [
            (Requests.advanced { $0.width = 1281 }, "width (1281 is odd"),
            (Requests.advanced { $0.height = 15 }, "height (15 is not within 16 to"),
            (Requests.advanced { $0.depth = 12 }, "depth (12 is none of 8, 16, 24)"),
            (Requests.advanced { $0.framerate = -1 }, "framerate (-1"),
            (Requests.advanced { $0.videoBitrate = -5 }, "video_bitrate (-5"),
            (Requests.advanced { $0.audioBitrate = 5 }, "audio_bitrate (5"),
            (Requests.advanced { $0.audioFrequency = 1 }, "audio_frequency (AAC has no 1 Hz"),
            (Requests.advanced { $0.keyFrameInterval = .nan }, "key_frame_interval (nan"),
            (Requests.advanced { $0.videoCodec = .UNRECOGNIZED(99) }, "video_codec (99"),
            (Requests.advanced { $0.audioCodec = .UNRECOGNIZED(99) }, "audio_codec (99"),
            (Requests.composite { $0.preset = .UNRECOGNIZED(77) }, "preset (77"),
            (
                Requests.composite {
                    $0.audioOnly = true
                    $0.advanced.audioCodec = .acMp3
                    $0.advanced.audioBitrate = 400
                }, "audio_bitrate (MP3 at 44100 Hz has 32 to 320"
            ),
            (
                Requests.composite { $0.segmentOutputs = [Requests.segments { $0.segmentDuration = 9999 }] },
                "segment_duration (9999"
            ),
            (
                Requests.composite { $0.segmentOutputs = [Requests.segments { $0.livePlaylistName = "live/list" }] },
                "live_playlist_name (it is the name of the playlist"
            ),
            (
                Requests.composite { $0.segmentOutputs = [Requests.segments { $0.protocol = .UNRECOGNIZED(9) }] },
                "protocol (9"
            ),
            (
                Requests.composite {
                    $0.segmentOutputs = [Requests.segments { $0.filenameSuffix = .UNRECOGNIZED(9) }]
                }, "filename_suffix (9"
            ),
            (Requests.composite { $0.imageOutputs = [Requests.images { $0.width = 7 }] }, "width (7"),
            (
                Requests.composite { $0.imageOutputs = [Requests.images { $0.captureInterval = 100_000 }] },
                "capture_interval (100000"
            ),
            (
                Requests.composite { $0.imageOutputs = [Requests.images { $0.imageCodec = .UNRECOGNIZED(9) }] },
                "image_codec (9"
            ),
        ]
    )
    func options(request: Requests.Request, text: String) {
        fields(request: request, text: text)
    }

    @Test(
        "whose codecs do not go together are refused in LiveKit's words",
        arguments: [
            (
                Requests.composite { $0.fileOutputs = [Requests.file("a", .ogg)] },
                "no supported codec is compatible with all outputs"
            ),
            (
                Requests.composite {
                    $0.audioOnly = true
                    $0.fileOutputs = [Requests.file("a", .mp3)]
                    $0.segmentOutputs = [Requests.segments()]
                }, "no supported codec is compatible with all outputs"
            ),
            (
                Requests.advanced { $0.audioCodec = .acMp3 },
                "no supported file output type is compatible with the selected codecs"
            ),
            (
                Requests.composite {
                    $0.fileOutputs = [Requests.file("a", .mp4)]
                    $0.advanced.audioCodec = .acMp3
                }, "format MP4 incompatible with codec MP3"
            ),
            (
                Requests.composite {
                    $0.audioOnly = true
                    $0.fileOutputs = [Requests.file("a", .ogg)]
                    $0.advanced.audioCodec = .aac
                }, "format OGG incompatible with codec AAC"
            ),
            (
                Requests.composite {
                    $0.segmentOutputs = [Requests.segments()]
                    $0.advanced.audioCodec = .opus
                }, "format HLS incompatible with codec OPUS"
            ),
            (Requests.advanced { $0.videoCodec = .vp8 }, "format MP4 incompatible with codec VP8"),
        ]
    )
    func codecs(request: Requests.Request, text: String) {
        let error = error(request)
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(text) == true, "\(error?.message ?? "")")
    }

    @Test(
        "with wrong URLs say so without their secrets",
        arguments: [
            ("ftp://h/a/very-secret-key", "invalid url ftp://h/{a...key}: its scheme"),
            (
                "rtmp://very-secret-key",
                "invalid url rtmp://{ver...key}: it must have the form rtmp://host/app/streamkey"
            ),
            ("rtmp://h//very-secret-key", "invalid url rtmp://h/{...key}: it must have the form"),
            ("mux://", "invalid url mux://{...}: it must have the form mux://streamkey"),
            ("srt://host", "invalid url srt://{...}: it must have the form srt://host:port"),
            ("srt://h:99999?passphrase=p", "invalid url srt://h:99999/{pas...p}: "),
            ("wss://h/x?token=t", "invalid url wss://h/x?token={...}: all URLs of an output"),
            ("nothing", "invalid url {n...g}: it has no scheme"),
        ]
    )
    func urls(url: String, text: String) {
        let error = error(Requests.composite { $0.streamOutputs = [Requests.stream(url, over: .rtmp)] })
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(text) == true, "\(error?.message ?? "")")
    }

    @Test("with URLs of two kinds are refused")
    func mixed() {
        let error = error(
            Requests.composite { $0.streamOutputs = [Requests.stream("rtmp://h/a/k", "srt://h:9000")] }
        )
        #expect(error?.message == "invalid url srt://h:9000: all URLs of an output have to be of one kind, here rtmp")
        let track = self.error(Requests.track { $0.websocketURL = "rtmp://h/a/k" })
        #expect(track?.message == "invalid url rtmp://h/a/{...}: its scheme has to be ws or wss")
    }

    @Test(
        "for storages without what they need say what that is",
        arguments: [
            (Requests.composite { $0.fileOutputs[0].s3 = .init() }, "s3.bucket (it is empty)"),
            (
                Requests.composite { $0.fileOutputs[0].s3 = Requests.s3 { $0.secret = "" } },
                "s3.access_key and s3.secret"
            ),
            (
                Requests.composite { $0.fileOutputs[0].s3 = Requests.s3 { $0.endpoint = "ftp://h" } },
                "s3.endpoint (it begins with ftp://"
            ),
            (
                Requests.composite { $0.fileOutputs[0].s3 = Requests.s3 { $0.proxy.url = "socks://h" } },
                "s3.proxy.url"
            ),
            (Requests.composite { $0.fileOutputs[0].gcp = .init() }, "gcp.bucket"),
            (Requests.composite { $0.fileOutputs[0].azure = .init() }, "azure.account_name"),
            (Requests.composite { $0.fileOutputs[0].aliOss = .init() }, "aliOSS.access_key"),
        ]
    )
    func storages(request: Requests.Request, text: String) {
        fields(request: request, text: text)
    }

    @Test(
        "started again need {retry} in every name they give",
        arguments: [
            (Requests.composite(), true), (Requests.composite { $0.fileOutputs[0].filepath = "a-{retry}" }, false),
            (Requests.composite { $0.fileOutputs[0].filepath = "folder/" }, false),
            (Requests.composite { $0.fileOutputs[0].filepath = "" }, false), (Requests.track(), false),
            (Requests.track { $0.file.filepath = "x" }, true),
            (
                Requests.composite {
                    $0.fileOutputs = []
                    $0.segmentOutputs = [Requests.segments { $0.filenamePrefix = "{retry}/a" }]
                }, true
            ),
            (
                Requests.composite {
                    $0.fileOutputs = []
                    $0.streamOutputs = [Requests.stream("mux://k")]
                }, false
            ),
        ]
    )
    func retries(request: Requests.Request, isRefused: Bool) throws {
        _ = try EgressPlan(request, defaults: .permissive)
        guard isRefused else {
            _ = try EgressPlan(request, defaults: .permissive, retryCount: 1)
            return
        }
        let error = error(request, 1)
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message.hasPrefix("output configuration does not support retry") == true)
    }

    @Test(
        "because nothing can do them yet say so by name",
        arguments: [
            (Requests.Request.web(.init()), "web egress is not yet supported: it needs a browser"),
            (.replay(.init()), "the export of a replay"), (Requests.template { $0.web = .init() }, "web source"),
            (Requests.composite { $0.customBaseURL = "https://x" }, "custom_base_url"),
            (Requests.template { $0.template.customBaseURL = "https://x" }, "custom_base_url"),
            (
                Requests.composite {
                    var stream = Requests.stream()
                    stream.destinations = [.init()]
                    $0.streamOutputs = [stream]
                }, "a stream output's destinations"
            ),
        ]
    )
    func unsupported(request: Requests.Request, text: String) {
        let error = error(request)
        #expect(error?.code == .unimplemented)
        #expect(error?.message.hasPrefix(text) == true, "\(error?.message ?? "")")
    }

    @Test(
        "with the preset PASSTHROUGH need one track and one file",
        arguments: [
            Requests.composite { $0.preset = .passthrough }, Requests.participant { $0.preset = .passthrough },
            Requests.media {
                $0.preset = .passthrough
                $0.media.audio.captureAll = true
            },
            Requests.media {
                $0.preset = .passthrough
                $0.media.participantVideo.identity = "ada"
            },
            Requests.media {
                $0.preset = .passthrough
                $0.outputs[0].file.fileType = .mp4
            },
            Requests.media {
                $0.preset = .passthrough
                $0.outputs = [Requests.output { $0.stream = Requests.stream("mux://k") }]
            },
            Requests.media {
                $0.preset = .passthrough
                $0.outputs.append(Requests.output { $0.images = Requests.images() })
            },
        ]
    )
    func passthrough(request: Requests.Request) {
        fields(request: request, text: "preset (PASSTHROUGH needs")
    }
}
