import Media
import MediaWire
import RoomClient
import TestKit
import Testing

@testable import Ingress

@Suite("The effort of a layer's encoder")
struct LayerEffortTests {
    private static let origin = Instant(nanoseconds: 1_000_000_000)

    @Test(
        "changes within the stream: a key frame, and every picture can be decoded",
        arguments: [
            (IngressEncoding.Video.Format.h264Baseline, Codec.h264, 2), (.vp8, .vp8, 1),
        ]
    )
    func inTheStream(format: IngressEncoding.Video.Format, codec: Codec, keyFrames: Int) throws {
        let track = RecordingTrack(
            .video(name: "camera", codec: codec, layers: [.init(rid: "f", width: 320, height: 180, bitrate: 300_000)])
        )
        var presets: [String] = []
        let encoder = LayerEncoder(
            LayerEncoder.Settings(
                rid: "f",
                format: format,
                framesPerSecond: 30,
                clock: SessionClock(origin: Self.origin, wallClock: SessionBench.wallClock, rtpOrigin: 0),
                track: track,
                requests: KeyFrameRequests(rids: ["f"])
            ),
            cores: 1,
            changed: { if case .effort(let effort) = $0 { presets.append(effort.preset) } }
        )
        let layer = IngressEncoding.Video.Layer(quality: 2, width: 320, height: 180, bitrate: 300_000)
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        for number in 0..<40 {
            let picture = LayerPicture(
                frame: pattern.frame(number, isFlashing: false),
                layer: layer,
                time: Self.origin + .nanoseconds(Int64(number) * 33_333_333)
            )
            try encoder.encode(picture, leftOut: number == 20 ? 5 : 0)
        }
        #expect(presets == (format == .h264Baseline ? ["superfast"] : []))
        let frames: [EncodedFrame] = track.frames("f")
        #expect(frames.filter(\.isKeyFrame).count == keyFrames)
        #expect(try DecodedLayer(frames, codec: codec).numbers == Array(0..<40))
    }

    @Test(
        "is less only when more threads did not help; a key frame each time",
        arguments: [(1, [], 2), (4, [2, 4], 4)]
    )
    func threads(cores: Int, expected: [Int], keyFrames: Int) throws {
        let track = RecordingTrack(
            .video(name: "camera", codec: .h264, layers: [.init(rid: "f", width: 320, height: 180, bitrate: 300_000)])
        )
        var (threads, presets): ([Int], [String]) = ([], [])
        let encoder = LayerEncoder(
            LayerEncoder.Settings(
                rid: "f",
                format: .h264Baseline,
                framesPerSecond: 30,
                clock: SessionClock(origin: Self.origin, wallClock: SessionBench.wallClock, rtpOrigin: 0),
                track: track,
                requests: KeyFrameRequests(rids: ["f"])
            ),
            cores: cores,
            changed: { change in
                switch change {
                case .threads(let count): threads.append(count)
                case .effort(let effort): presets.append(effort.preset)
                }
            }
        )
        let layer = IngressEncoding.Video.Layer(quality: 2, width: 320, height: 180, bitrate: 300_000)
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        for number in 0..<60 {
            let picture = LayerPicture(
                frame: pattern.frame(number, isFlashing: false),
                layer: layer,
                time: Self.origin + .nanoseconds(Int64(number) * 33_333_333)
            )
            // Two wait behind each of 15 pictures; later some have to be left out for good.
            try encoder.encode(picture, leftOut: number == 50 ? 4 : 0, waiting: (10..<25).contains(number) ? 2 : 0)
        }
        #expect(threads == expected)
        #expect(presets == ["superfast"])
        let frames: [EncodedFrame] = track.frames("f")
        #expect(frames.filter(\.isKeyFrame).count == keyFrames)
        #expect(try DecodedLayer(frames, codec: .h264).numbers == Array(0..<60))
    }
}
