import LiveKitProtocol
import Storage
import Testing

@testable import Egress

@Suite("Outputs of an egress plan")
struct EgressPlanOutputTests {
    private func plan(_ request: Requests.Request, _ defaults: PlanDefaults = .permissive) throws -> EgressPlan {
        try EgressPlan(request, defaults: defaults)
    }

    @Test(
        "have the file's kind and codec by what it holds",
        arguments: [
            (Requests.composite(), FilePlan.Format.mp4, AudioPlan.Format.aac),
            (Requests.composite { $0.audioOnly = true }, .ogg, .opus),
            (audioOnly(.aac), .mp4, .aac), (audioOnly(.opus), .ogg, .opus), (audioOnly(.acMp3), .mp3, .mp3),
            (typed(.mp3), .mp3, .mp3), (typed(.ogg), .ogg, .opus), (typed(.mp4), .mp4, .aac),
            (Requests.advanced { $0.audioCodec = .opus }, .mp4, .opus),
            (Requests.composite { $0.fileOutputs = [Requests.file("talk.mkv")] }, .mkv, .aac),
            (
                Requests.composite {
                    $0.fileOutputs = [Requests.file("talk.MKV")]
                    $0.advanced.audioCodec = .acMp3
                }, .mkv, .mp3
            ),
            (
                Requests.composite {
                    $0.audioOnly = true
                    $0.fileOutputs = [Requests.file("sound")]
                    $0.segmentOutputs = [Requests.segments()]
                }, .mp4, .aac
            ),
            (
                Requests.composite {
                    $0.advanced.audioCodec = .opus
                    $0.advanced.videoCodec = .vp8
                    $0.streamOutputs = [Requests.stream("rtmp://h/app/key")]
                }, .mp4, .aac
            ),
            (
                Requests.composite { $0.fileOutputs = [Requests.file("talk.webm")] }, .mp4, .aac
            ),
        ]
    )
    func formats(request: Requests.Request, format: FilePlan.Format, codec: AudioPlan.Format) throws {
        let output = try #require(plan(request).outputs.first)
        guard case .file(let file) = output.kind else {
            Issue.record("no file: \(output.kind)")
            return
        }
        #expect(file.format == format)
        #expect(output.audio?.format == codec)
        #expect(output.audio?.frequency == (codec == .opus ? 48_000 : 44_100))
    }

    static func audioOnly(_ codec: Livekit_AudioCodec) -> Requests.Request {
        Requests.composite {
            $0.audioOnly = true
            $0.advanced.audioCodec = codec
        }
    }

    static func typed(_ type: Livekit_EncodedFileType) -> Requests.Request {
        Requests.composite {
            $0.audioOnly = true
            $0.fileOutputs = [Requests.file("sound", type)]
        }
    }

    @Test("share one encoding, whatever their kinds")
    func shared() throws {
        let plan = try plan(
            Requests.composite {
                $0.streamOutputs = [Requests.stream("rtmps://h/app/key", "rtmp://h2/app/key2")]
                $0.segmentOutputs = [Requests.segments()]
                $0.imageOutputs = [Requests.images(), Requests.images { $0.captureInterval = 5 }]
            }
        )
        #expect(plan.outputs.count == 5)
        #expect(Set(plan.outputs.map(\.video)).count == 1)
        #expect(Set(plan.outputs.compactMap(\.audio)).count == 1)
        #expect(plan.outputs.count { $0.audio == nil } == 2, "images have no sound")
        #expect(plan.outputs.first?.audio == AudioPlan(format: .aac, bitrate: 128, frequency: 44_100))
    }

    @Test(
        "have key frames as their kinds need them",
        arguments: [
            (Requests.composite(), Double?.none, Double?.none),
            (Requests.advanced { $0.keyFrameInterval = 2 }, 2, nil), (streams(), 4, nil),
            (streams(interval: 2), 2, nil),
            (segmented(), 4, 4), (segmented(duration: 10), 10, 10), (segmented(interval: 2), 4, 4),
            (segmented(duration: 10, interval: 3, streams: true), 3, 3), (segmented(streams: true), 4, 4),
            (segmented(interval: 6, streams: true), 4, 4), (segmented(duration: 10, streams: true), 10.0 / 3, 10),
            (segmented(duration: 11, rate: 1, streams: true), 1, 11),
        ]
    )
    func keyFrames(request: Requests.Request, interval: Double?, duration: Double?) throws {
        let plan = try plan(request)
        #expect(plan.outputs.first?.video?.keyFrameInterval == interval)
        let durations = plan.outputs.compactMap { output -> Double? in
            if case .segments(let segments) = output.kind { segments.duration } else { nil }
        }
        #expect(durations.first == duration)
    }

    static func streams(interval: Double = 0) -> Requests.Request {
        Requests.composite {
            if interval > 0 { $0.advanced.keyFrameInterval = interval }
            $0.streamOutputs = [Requests.stream("rtmp://h/app/key")]
        }
    }

    static func segmented(duration: UInt32 = 0, interval: Double = 0, rate: Int32 = 0, streams: Bool = false)
        -> Requests.Request
    {
        Requests.composite {
            if interval > 0 { $0.advanced.keyFrameInterval = interval }
            if rate > 0 { $0.advanced.framerate = rate }
            $0.segmentOutputs = [Requests.segments { $0.segmentDuration = duration }]
            if streams { $0.streamOutputs = [Requests.stream("srt://h:9000")] }
        }
    }

    private func hls(_ change: (inout Livekit_SegmentedFileOutput) -> Void) throws -> SegmentsPlan? {
        let request = Requests.composite {
            $0.fileOutputs = []
            $0.segmentOutputs = [Requests.segments(change)]
        }
        let plan = try EgressPlan(request, defaults: .permissive)
        guard case .segments(let segments)? = plan.outputs.first?.kind else { return nil }
        return segments
    }

    @Test("of segments are HLS by the recipe of their protocol")
    func recipes() throws {
        let usual = try #require(try hls { $0.livePlaylistName = "live/now" })
        #expect(
            usual
                == SegmentsPlan(
                    filenamePrefix: "live/part",
                    playlistName: "live/list",
                    livePlaylistName: "live/now",
                    duration: 4,
                    suffix: .index
                )
        )
        #expect(try hls { $0.protocol = .hlsFmp4Protocol }?.container == .fragmentedMP4)
        #expect(try hls { $0.filenameSuffix = .timestamp }?.suffix == .timestamp)

        var recipe = try #require(SegmentsRecipe.stock["HLS_PROTOCOL"])
        recipe.liveWindow = 12
        recipe.segmentDuration = 2
        var defaults = PlanDefaults.permissive
        defaults.segments["HLS_PROTOCOL"] = recipe
        let request = Requests.composite { $0.segmentOutputs = [Requests.segments()] }
        guard case .segments(let changed)? = try EgressPlan(request, defaults: defaults).outputs.last?.kind else {
            Issue.record("no segments")
            return
        }
        #expect(changed.liveWindow == 12 && changed.duration == 2)
    }

    @Test("a recipe with numbers that make no sense is refused")
    func recipeLimits() {
        func recipe(_ duration: Double, _ window: Int) -> String {
            "recipe: X\ncontainer: fmp4\nsegment_duration: \(duration)\nlive_window: \(window)"
        }
        #expect(throws: Never.self) { try SegmentsRecipe(yaml: recipe(6, 3)) }
        #expect(throws: SegmentsRecipe.OutOfRange.self) { try SegmentsRecipe(yaml: recipe(0, 3)) }
        #expect(throws: SegmentsRecipe.OutOfRange.self) { try SegmentsRecipe(yaml: recipe(6, 2)) }
        #expect(throws: DecodingError.self) { try SegmentsRecipe(yaml: "recipe: X") }
    }

    @Test(
        "of streams carry what the first URL says",
        arguments: [
            (Requests.stream("rtmp://h/a/k"), StreamPlan.Transport.rtmp), (Requests.stream("mux://k"), .rtmp),
            (Requests.stream("twitch://k", "rtmps://h/a/k"), .rtmp), (Requests.stream("srt://h:9000?latency=20"), .srt),
            (Requests.stream(over: .rtmp), .rtmp), (Requests.stream(over: .srt), .srt),
        ]
    )
    func transports(stream: Livekit_StreamOutput, transport: StreamPlan.Transport) throws {
        var defaults = PlanDefaults.permissive
        defaults.streamGiveUpAfter = 30
        let plan = try plan(Requests.composite { $0.streamOutputs = [stream] }, defaults)
        #expect(
            plan.outputs.last?.kind
                == .stream(StreamPlan(transport: transport, urls: stream.urls, giveUpAfter: 30))
        )
    }

    @Test("a WebSocket gets sound alone, and leaves other outputs their picture")
    func webSockets() throws {
        let alone = try plan(
            Requests.template { $0.outputs = [Requests.output { $0.stream = Requests.stream("ws://h/s") }] }
        )
        #expect(alone.outputs.map(\.kind) == [.webSocket(url: "ws://h/s")])
        #expect(alone.outputs.allSatisfy { $0.video == nil && $0.audio != nil })
        let beside = try plan(
            Requests.template { $0.outputs.append(Requests.output { $0.stream = Requests.stream("ws://h/s") }) }
        )
        #expect(beside.outputs.map { $0.video != nil } == [true, false])
    }

    @Test("of images alone leave the sound out")
    func imagesAlone() throws {
        let plan = try plan(
            Requests.composite {
                $0.fileOutputs = []
                $0.imageOutputs = [
                    Requests.images {
                        $0.width = 320
                        $0.height = 180
                        $0.filenamePrefix = "shot"
                        $0.filenameSuffix = .imageSuffixNoneOverwrite
                    }
                ]
            }
        )
        let images = ImagesPlan(interval: 10, width: 320, height: 180, filenamePrefix: "shot", suffix: .none)
        #expect(plan.outputs.map(\.kind) == [.images(images)])
        #expect(plan.outputs.first?.audio == nil && plan.outputs.first?.video != nil)
    }

    @Test("take the single outputs of old clients")
    func deprecated() throws {
        let old = [
            Requests.composite {
                $0.fileOutputs = []
                $0.file = Requests.file("old.mp4")
            },
            Requests.composite {
                $0.fileOutputs = []
                $0.stream = Requests.stream("rtmp://h/a/k")
            },
            Requests.composite {
                $0.fileOutputs = []
                $0.segments = Requests.segments()
            },
            Requests.tracks {
                $0.fileOutputs = []
                $0.file = Requests.file("old.mp4")
            },
        ]
        let kinds = try old.map { try plan($0).outputs.first?.kind }
        #expect(kinds[0] == .file(FilePlan(format: .mp4, path: "old.mp4")))
        #expect(kinds[1] == .stream(StreamPlan(transport: .rtmp, urls: ["rtmp://h/a/k"])))
        guard case .segments? = kinds[2] else {
            Issue.record("no segments")
            return
        }
        #expect(kinds[3] == .file(FilePlan(format: .mp4, path: "old.mp4")))
    }
}
