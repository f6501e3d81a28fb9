import Media
import MediaWire
import RoomClient
import Scene
import Storage
import TestKit
import Testing

@testable import Egress

/// Recordings with several outputs, in virtual time.
@Suite("Several outputs", .timeLimit(.minutes(1)))
struct FanoutTests {
    private static let video = VideoPlan(profile: .main, width: 320, height: 180, framerate: 30, bitrate: 500)
    private static let audio = AudioPlan(format: .aac, bitrate: 96, frequency: 48_000)

    private func wiring(
        _ kind: OutputPlan.Kind = .file(FilePlan(format: .mp4, path: "a")),
        video: VideoPlan? = FanoutTests.video,
        audio: AudioPlan? = FanoutTests.audio
    ) -> OutputWiring {
        OutputWiring(
            output: OutputPlan(kind: kind, video: video, audio: audio, storage: .local),
            video: video.map { .video($0) },
            audio: audio.map { .audio($0) }
        )
    }

    private func record(_ wirings: [OutputWiring], _ live: Live, seconds: Int, _ outputs: [CapturingOutput])
        async throws
        -> Take
    {
        let folder = try TemporaryFolder()
        return try await Take.record(wirings, live, seconds: seconds, folder: folder.path, outputs: outputs)
    }

    @Test("that want the same share an encoder, and one that wants another picture has its own")
    func sharing() async throws {
        let outputs = [CapturingOutput(), CapturingOutput(), CapturingOutput()]
        var slow = Self.video
        slow.framerate = 15
        slow.width = 160
        slow.height = 90
        let take = try await record(
            [wiring(), wiring(), wiring(video: slow)],
            try Live(seconds: 2),
            seconds: 2,
            outputs
        )
        let contents = outputs.map(\.content)
        #expect(take.failures.isEmpty && contents.allSatisfy { $0.starts == 1 && $0.finishedAt == 2 })
        #expect(contents[0].videoParameters === contents[1].videoParameters)
        #expect(contents[0].video == contents[1].video && contents[0].audio == contents[2].audio)
        #expect(contents[0].video.count == 60 && contents[2].video.count == 30)
        #expect(contents[2].video.allSatisfy { $0.timescale == 15 })
    }

    @Test("go on when one of them fails, which is finished and reported once")
    func failure() async throws {
        let outputs = [CapturingOutput(failsAfter: 10), CapturingOutput()]
        let take = try await record([wiring(), wiring()], try Live(seconds: 2), seconds: 2, outputs)
        #expect(take.failed == [0] && take.failures.map(\.text) == ["no more"])
        #expect(outputs[0].content.video.count + outputs[0].content.audio.count == 11)
        #expect(outputs[0].content.finishedAt.map { $0 < 1 } == true)
        #expect(outputs[1].content.video.count == 60 && outputs[1].content.finishedAt == 2)
    }

    @Test("get what they ask for: images pictures, a WebSocket sound and mutes, segments key frames in their places")
    func kinds() async throws {
        let images = ImagesPlan(interval: 1, width: nil, height: nil, filenamePrefix: "", suffix: .index)
        var cut = Self.video
        cut.keyFrameInterval = 0.5
        let outputs = [CapturingOutput(), CapturingOutput(), CapturingOutput()]
        let live = try Live(seconds: 3)
        live.inputs.mute(true)
        _ = try await record(
            [
                wiring(.images(images), video: nil, audio: nil),
                wiring(.webSocket(url: "ws://x"), video: nil, audio: nil), wiring(video: cut, audio: nil),
            ],
            live,
            seconds: 3,
            outputs
        )
        #expect(outputs[0].content.pictures == [0, 1, 2] && outputs[0].content.video.isEmpty)
        #expect(outputs[1].content.mutes == [true] && outputs[1].content.pictures.isEmpty)
        #expect(abs(outputs[1].content.heard.count - 3 * 48_000) <= 960)
        let keys = outputs[2].content.video.filter(\.isKeyFrame).map(\.pts)
        #expect(keys == [0, 15, 30, 45, 60, 75])
    }

    @Test("are mixed on two channels as the tracks are laid")
    func channels() async throws {
        let live = try Live(seconds: 0)
        let tones: [(String, Double, AudioChannel)] = [("l", 440, .left), ("r", 880, .right), ("m", 1320, .both)]
        for (name, frequency, channel) in tones {
            let track = AudioTrack(place: { $0.arrival }, soundReceived: { _ in })
            var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus, bitrate: 96_000))
            var number = 0
            for block in 0..<Int64(100) {
                let tone = ToneProbe.sine(
                    frequency,
                    amplitude: 0.2,
                    sampleRate: 48_000,
                    start: block * 960,
                    count: 960
                )
                for packet in try encoder.encode(AudioFrame(samples: tone + tone, channels: 2, sampleRate: 48_000)) {
                    track.receive(
                        EncodedSample(
                            codec: .opus,
                            data: packet.data,
                            isKeyFrame: true,
                            timestamp: Int64(number) * 960,
                            clockRate: 48_000,
                            arrival: Live.origin + .milliseconds(number * 20)
                        )
                    )
                    number += 1
                }
            }
            live.inputs.add(track, of: name, channel: channel)
        }
        let output = CapturingOutput()
        let socket = wiring(.webSocket(url: "ws://x"), video: nil, audio: nil)
        _ = try await record([socket], live, seconds: 2, [output])
        func loudness(_ frequency: Double, _ samples: [Float]) -> Double {
            ToneProbe.amplitude(of: frequency, in: samples[24_000..<72_000], sampleRate: 48_000)
        }
        let (left, right) = (output.content.heard, output.content.heardRight)
        #expect(abs(loudness(440, left) - 0.2) < 0.02 && loudness(440, right) < 0.002)
        #expect(abs(loudness(880, right) - 0.2) < 0.02 && loudness(880, left) < 0.002)
        #expect(abs(loudness(1320, left) - 0.2) < 0.02 && abs(loudness(1320, right) - 0.2) < 0.02)
    }

    @Test("show a single picture whole on black, and black while there is none")
    func singlePicture() {
        let (history, inputs) = (SceneHistory(), RecorderInputs())
        let start = Live.origin
        for (seconds, isShown) in [(0, true), (2, false), (4, true)] {
            history.append(
                SceneHistory.Entry(
                    since: start + .seconds(seconds),
                    sources: [.single(isShown: isShown)],
                    drawing: .single
                )
            )
        }
        let maker = PictureMaker(size: SceneSize(width: 320, height: 320), history: history, inputs: inputs)
        func luma(_ seconds: Int) -> (middle: Double, edge: Double) {
            let frame = maker.draw(at: start + .seconds(seconds))
            return frame.withPlanes { planes in
                (
                    FrameProbe.meanLuma(planes, area: FrameArea(x: 10, y: 110, width: 300, height: 100)) ?? -1,
                    FrameProbe.meanLuma(planes, area: FrameArea(x: 0, y: 0, width: 320, height: 60)) ?? -1
                )
            }
        }
        #expect(luma(0) == (16, 16), "nothing has come yet")
        let store = inputs.pictures(of: TrackSubscriber.pictureSource)
        store.add(TestPattern(id: 1, width: 320, height: 180).frame(1, isFlashing: true), at: start + .seconds(1))
        let shown = luma(1)
        #expect(shown.middle > 100 && shown.edge == 16)
        #expect(luma(3) == (16, 16))
        store.add(TestPattern(id: 1, width: 180, height: 320).frame(2, isFlashing: true), at: start + .seconds(4))
        #expect(luma(4).edge > 30, "a picture on end fills the height")
    }
}
