import Media
import MediaWire
import RoomClient
import TestKit
import Testing

@testable import Ingress

@Suite("The effort of a layer's encoder")
struct LayerEffortTests {
    /// What an encoder of 320×180 at 30 pictures a second made, and how it changed on the way.
    private struct Run {
        var frames: [EncodedFrame] = []
        var presets: [String] = []
        var threads: [Int] = []

        /// - Parameter behind: how many pictures were left out before one of this number, and how many wait behind it.
        init(
            of count: Int,
            as format: IngressEncoding.Video.Format,
            codec: Codec,
            cores: Int,
            behind: (Int) -> (leftOut: Int, waiting: Int)
        ) throws {
            let origin = Instant(nanoseconds: 1_000_000_000)
            let layer = IngressEncoding.Video.Layer(quality: 2, width: 320, height: 180, bitrate: 300_000)
            let track = RecordingTrack(
                .video(
                    name: "camera",
                    codec: codec,
                    layers: [.init(rid: "f", width: layer.width, height: layer.height, bitrate: layer.bitrate)]
                )
            )
            var changes: [LayerEncoder.Change] = []
            let encoder = LayerEncoder(
                LayerEncoder.Settings(
                    rid: "f",
                    format: format,
                    framesPerSecond: 30,
                    clock: SessionClock(origin: origin, wallClock: SessionBench.wallClock, rtpOrigin: 0),
                    track: track,
                    requests: KeyFrameRequests(rids: ["f"])
                ),
                cores: cores,
                changed: { changes.append($0) }
            )
            let pattern = TestPattern(id: 1, width: layer.width, height: layer.height)
            for number in 0..<count {
                let picture = LayerPicture(
                    frame: pattern.frame(number, isFlashing: false),
                    layer: layer,
                    time: origin + .nanoseconds(Int64(number) * 33_333_333)
                )
                let (leftOut, waiting) = behind(number)
                try encoder.encode(picture, leftOut: leftOut, waiting: waiting)
            }
            for change in changes {
                switch change {
                case .threads(let count): threads.append(count)
                case .effort(let effort): presets.append(effort.preset)
                }
            }
            frames = track.frames("f")
        }

        var keyFrames: Int { frames.filter(\.isKeyFrame).count }
    }

    @Test(
        "changes within the stream: a key frame, and every picture can be decoded",
        arguments: [
            (IngressEncoding.Video.Format.h264Baseline, Codec.h264, 2), (.vp8, .vp8, 1),
        ]
    )
    func inTheStream(format: IngressEncoding.Video.Format, codec: Codec, keyFrames: Int) throws {
        let run = try Run(of: 40, as: format, codec: codec, cores: 1) { ($0 == 20 ? 5 : 0, 0) }
        #expect(run.presets == (format == .h264Baseline ? ["superfast"] : []))
        #expect(run.keyFrames == keyFrames)
        #expect(try DecodedLayer(run.frames, codec: codec).numbers == Array(0..<40))
    }

    @Test("stays after a standstill for which the cores there are would be enough")
    func standstill() throws {
        let run = try Run(of: 40, as: .h264Baseline, codec: .h264, cores: 2) { ($0 == 20 ? 5 : 0, 0) }
        #expect(run.presets.isEmpty && run.threads.isEmpty)
        #expect(run.keyFrames == 1)
    }

    @Test(
        "stays while more threads help, and is less when pictures are left out; a key frame each time",
        arguments: [(1, [], 2), (4, [2, 4], 4)]
    )
    func threads(cores: Int, expected: [Int], keyFrames: Int) throws {
        // Two wait behind each of 15 pictures; later some have to be left out for good.
        let run = try Run(of: 60, as: .h264Baseline, codec: .h264, cores: cores) {
            ($0 == 50 ? 4 : 0, (10..<25).contains($0) ? 2 : 0)
        }
        #expect(run.threads == expected)
        #expect(run.presets == ["superfast"])
        #expect(run.keyFrames == keyFrames)
        #expect(try DecodedLayer(run.frames, codec: .h264).numbers == Array(0..<60))
    }
}
