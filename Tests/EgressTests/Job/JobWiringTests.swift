import MediaWire
import Storage
import Testing

@testable import Egress

@Suite("What is encoded and what is written as it comes")
struct JobWiringTests {
    private static let video = VideoPlan(profile: .main, width: 640, height: 360, framerate: 30, bitrate: 1500)
    private static let audio = AudioPlan(format: .aac, bitrate: 128, frequency: 44_100)

    private func output(_ kind: OutputPlan.Kind, video: Bool = true, audio: Bool = true) -> OutputPlan {
        OutputPlan(
            kind: kind,
            video: video ? Self.video : nil,
            audio: audio ? Self.audio : nil,
            storage: .local
        )
    }

    private func choice(_ video: Codec?, _ audio: Codec?, muted: Bool = false) -> SourceChoice {
        var choice = SourceChoice(phase: .ready)
        choice.picture = video.map { .init(track: "V", person: "P", isMuted: muted, codec: $0) }
        choice.sounds = audio.map { [.init(track: "A", person: "P", isMuted: false, codec: $0, channel: .both)] } ?? []
        return choice
    }

    private func wire(
        _ rule: PassthroughRule,
        _ choice: SourceChoice,
        _ outputs: [OutputPlan],
        source: SourcePlan = .participant(identity: "bob", screenShare: false)
    ) throws -> JobWiring {
        try JobWiring(EgressPlan(roomName: "r", source: source, outputs: outputs, passthrough: rule), choice)
    }

    @Test(
        "for one participant depends on what container and codecs agree upon",
        arguments: [
            (FilePlan.Format.mp4, Codec.h264, Codec.opus, true, true), (.mp4, .vp8, .red, false, true),
            (.webm, .vp9, .opus, true, true), (.webm, .h264, .opus, false, true), (.mkv, .h264, .pcmu, true, false),
            (.mkv, .vp8, .opus, true, true), (.mp4, .av1, .pcma, false, false),
        ]
    )
    func ifPossible(format: FilePlan.Format, video: Codec, audio: Codec, passesVideo: Bool, passesAudio: Bool) throws {
        let output = output(.file(FilePlan(format: format, path: "")))
        let wiring = try wire(.ifPossible, choice(video, audio), [output])
        #expect(wiring.passes(.video) == passesVideo && wiring.passes(.audio) == passesAudio)
        #expect(wiring.decodesPicture == !passesVideo && wiring.decodesSound == !passesAudio)
        let never = try wire(.never, choice(video, audio), [output])
        #expect(!never.passes(.video) && !never.passes(.audio) && never.renditions.count == 2)
    }

    @Test("is encoded where a kind is missing, muted, drawn by a layout, cut into segments or sent live")
    func encodes() throws {
        let file = output(.file(FilePlan(format: .mp4, path: "")))
        let missing = try wire(.ifPossible, choice(nil, .opus), [file])
        #expect(missing.outputs[0].video == .video(Self.video) && missing.outputs[0].audio == .asSent(.audio))
        #expect(try !wire(.ifPossible, choice(.h264, nil, muted: true), [file]).passes(.video))
        let room = SourcePlan.composite(layout: "", mixing: .middle)
        #expect(try !wire(.ifPossible, choice(nil, .opus), [file], source: room).passes(.audio))
        let stream = output(.stream(StreamPlan(transport: .rtmp, urls: [])))
        let both = try wire(.ifPossible, choice(.h264, .opus), [file, stream])
        #expect(both.renditions == [.asSent(.video), .asSent(.audio), .video(Self.video), .audio(Self.audio)])
    }

    @Test(
        "for one track follows its codec",
        arguments: [
            (Codec.h264, FilePlan.Format.mp4, "passthrough: video H264"), (.vp8, .webm, "passthrough: video VP8"),
            (.vp9, .webm, "passthrough: video VP9"), (.opus, .ogg, "passthrough: audio OPUS"),
            (.red, .ogg, "passthrough: audio OPUS"),
        ]
    )
    func track(codec: Codec, format: FilePlan.Format, note: String) throws {
        let choice = codec.kind == .video ? choice(codec, nil) : choice(nil, codec)
        let output = output(.file(FilePlan(format: nil, path: "")), video: false, audio: false)
        let wiring = try wire(.always, choice, [output], source: .track("T"))
        #expect(wiring.outputs[0].output.kind == .file(FilePlan(format: format, path: "")))
        #expect(wiring.renditions == [.asSent(codec.kind)] && wiring.note(choice) == note)
        #expect(!wiring.decodesPicture && !wiring.decodesSound)
    }

    @Test("for one track of G.711 is Opus, of AV1 refused, and of a container that does not fit too")
    func trackOfAnotherCodec() throws {
        let output = output(.file(FilePlan(format: nil, path: "")), video: false, audio: false)
        let wiring = try wire(.always, choice(nil, .pcmu), [output], source: .track("T"))
        #expect(wiring.renditions == [.audio(AudioPlan(format: .opus, bitrate: 128, frequency: 48_000))])
        let refusal = #expect(throws: JobFailure.self) {
            try wire(.always, choice(.av1, nil), [output], source: .track("T"))
        }
        #expect(refusal == JobFailure(text: "video/AV1 is not yet supported", code: 400))
        let webm = self.output(.file(FilePlan(format: .webm, path: "")), video: false, audio: false)
        let clash = #expect(throws: JobFailure.self) {
            try wire(.always, choice(.h264, nil), [webm], source: .media(video: .track("T"), audio: nil))
        }
        #expect(clash?.text == "format webm incompatible with codec video/H264")
    }

    @Test("is decoded for images and for a WebSocket, whatever else is written as it comes")
    func decodes() throws {
        let images = output(
            .images(ImagesPlan(interval: 10, width: nil, height: nil, filenamePrefix: "", suffix: .index)),
            video: false,
            audio: false
        )
        let file = output(.file(FilePlan(format: .mp4, path: "")))
        let wiring = try wire(.ifPossible, choice(.h264, .opus), [file, images])
        #expect(wiring.passes(.video) && wiring.decodesPicture && !wiring.decodesSound)
        let socket = output(.webSocket(url: "ws://x"), video: false, audio: false)
        let sound = try wire(.always, choice(nil, .opus), [socket], source: .track("T"))
        #expect(sound.decodesSound && !sound.passes(.audio) && sound.recordsAudio && !sound.recordsVideo)
    }
}
