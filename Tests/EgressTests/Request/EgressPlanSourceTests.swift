import LiveKitProtocol
import Testing

@testable import Egress

@Suite("Sources of an egress plan")
struct EgressPlanSourceTests {
    @Test(
        "are those of the request",
        arguments: [
            (
                Requests.composite {
                    $0.layout = "speaker"
                    $0.audioMixing = .dualChannelAgent
                }, SourcePlan.composite(layout: "speaker", mixing: .dualChannelAgent)
            ),
            (
                Requests.composite { $0.audioMixing = .dualChannelAlternate },
                .composite(layout: "", mixing: .dualChannelAlternate)
            ),
            (Requests.template { $0.template.layout = "grid" }, .composite(layout: "grid", mixing: .middle)),
            (Requests.participant(), .participant(identity: "ada", screenShare: false)),
            (Requests.participant { $0.screenShare = true }, .participant(identity: "ada", screenShare: true)),
            (Requests.tracks(), .tracks(audio: "TR_sound", video: "TR_picture")),
            (Requests.tracks { $0.audioTrackID = "" }, .tracks(audio: nil, video: "TR_picture")),
            (Requests.tracks { $0.videoTrackID = "" }, .tracks(audio: "TR_sound", video: nil)),
            (Requests.track(), .track("TR_one")),
            (Requests.media(), .media(video: .track("TR_picture"), audio: nil)),
            (
                Requests.media {
                    $0.media.participantVideo.identity = "ada"
                    $0.media.participantVideo.preferScreenShare = true
                    $0.media.audio.captureAll = true
                }, .media(video: .participant(identity: "ada", preferScreenShare: true), audio: .everything)
            ),
            (
                Requests.media {
                    $0.media.video = nil
                    $0.media.audio.routes = [
                        route(.trackID("TR_a"), .both), route(.participantIdentity("bob"), .left),
                        route(.participantKind(.agent), .right),
                    ]
                },
                .media(
                    video: nil,
                    audio: .routes([
                        AudioRoute(match: .track("TR_a"), channel: .both),
                        AudioRoute(match: .participant(identity: "bob"), channel: .left),
                        AudioRoute(match: .kind(4), channel: .right),
                    ])
                )
            ),
        ]
    )
    func sources(request: Requests.Request, source: SourcePlan) throws {
        let plan = try EgressPlan(request, defaults: .permissive)
        #expect(plan.source == source)
        #expect(plan.roomName == "standup")
    }

    static func route(_ match: Livekit_AudioRoute.OneOf_Match, _ channel: Livekit_AudioChannel) -> Livekit_AudioRoute {
        var route = Livekit_AudioRoute()
        route.match = match
        route.channel = channel
        return route
    }

    @Test(
        "have the kinds of media that were asked for",
        arguments: [
            (Requests.composite(), true, true), (Requests.composite { $0.audioOnly = true }, false, true),
            (Requests.composite { $0.videoOnly = true }, true, false),
            (Requests.template { $0.template.audioOnly = true }, false, true),
            (Requests.template { $0.template.videoOnly = true }, true, false),
            (Requests.tracks { $0.audioTrackID = "" }, true, false),
            (Requests.tracks { $0.videoTrackID = "" }, false, true), (Requests.media(), true, false),
            (Requests.track(), true, true),
        ]
    )
    func kinds(request: Requests.Request, video: Bool, audio: Bool) throws {
        let output = try #require(EgressPlan(request, defaults: .permissive).outputs.first)
        #expect((output.video != nil) == video)
        #expect((output.audio != nil) == audio)
    }

    @Test(
        "can be written as they come where a track or two go into a file and no encoding was asked for",
        arguments: [
            (Requests.participant(), PassthroughRule.ifPossible), (Requests.tracks(), .ifPossible),
            (Requests.participant { $0.preset = .h264720P30 }, .never),
            (Requests.tracks { $0.advanced = Livekit_EncodingOptions() }, .never),
            (Requests.participant { $0.streamOutputs = [Requests.stream("rtmp://h/a/key")] }, .never),
            (Requests.participant { $0.segmentOutputs = [Requests.segments()] }, .never),
            (Requests.tracks { $0.imageOutputs = [Requests.images()] }, .never), (Requests.composite(), .never),
            (Requests.template(), .never), (Requests.track(), .always), (Requests.media(), .ifPossible),
            (Requests.media { $0.media.audio.captureAll = true }, .never),
            (
                Requests.media {
                    $0.media.audio.routes = [route(.trackID("TR_a"), .left)]
                }, .never
            ),
            (Requests.media { $0.preset = .passthrough }, .always),
            (
                Requests.media {
                    $0.preset = .passthrough
                    $0.media.video = nil
                    $0.media.audio.routes = [route(.trackID("TR_a"), .both)]
                }, .always
            ),
            (
                Requests.track { $0.websocketURL = "wss://example.com/sound" }, .never
            ),
        ]
    )
    func passthrough(request: Requests.Request, rule: PassthroughRule) throws {
        #expect(try EgressPlan(request, defaults: .permissive).passthrough == rule)
    }

    @Test("a track's file has no format before the codec is known")
    func trackFile() throws {
        for request in [Requests.track(), Requests.media { $0.preset = .passthrough }] {
            let plan = try EgressPlan(request, defaults: .permissive)
            guard case .file(let file) = plan.outputs.first?.kind else {
                Issue.record("no file")
                return
            }
            #expect(file.format == nil)
        }
    }

    @Test("a track's sound goes to a WebSocket as samples at 48 kHz")
    func webSocket() throws {
        let plan = try EgressPlan(
            Requests.track { $0.websocketURL = "wss://example.com/sound?token=t" },
            defaults: .permissive
        )
        #expect(plan.outputs.map(\.kind) == [.webSocket(url: "wss://example.com/sound?token=t")])
        #expect(plan.outputs.first?.video == nil)
        #expect(plan.outputs.first?.audio?.frequency == 48_000)
    }
}
