import LiveKitProtocol
import Media
import MediaWire
import RoomClient
import TestKit
import Testing

@testable import Ingress

@Suite("From a source's samples to layers")
struct TranscoderTests {
    @Test("Every layer shows the source in its size, without delay, by the same clock")
    func layers() throws {
        let bench = try SessionBench(layers: .pair)
        bench.receive(try SyntheticSource(clock: 77_000).video(frames: 0..<60))
        let track = try #require(bench.video)
        #expect(track.description.layers.map(\.rid) == ["q", "h"])
        #expect(track.description.layers.map(\.width) == [320, 640])
        #expect(track.description.layers.map(\.quality) == [.low, .high])
        for (rid, size) in [("h", "640×360"), ("q", "320×180")] {
            let layer = try DecodedLayer(track.frames(rid))
            #expect(layer.numbers == Array(0..<60))
            #expect(layer.sizes == [size])
            for (index, picture) in layer.pictures.enumerated() {
                #expect(abs(picture.seconds - Double(index) / 30) < 0.002)
            }
        }
        // The same instant has the same RTP time in every layer.
        #expect(track.frames("h").map(\.timestamp) == track.frames("q").map(\.timestamp))
        #expect(track.frames("h").first?.timestamp == 4_000_000_000)
    }

    @Test(
        "Pictures are encoded in the format of the plan",
        arguments: [
            (IngressEncoding.Video.Format.vp8, Codec.vp8), (.vp9, .vp9),
        ]
    )
    func formats(format: IngressEncoding.Video.Format, codec: Codec) throws {
        let bench = try SessionBench(layers: .pair, format: format)
        bench.receive(try SyntheticSource().video(frames: 0..<15))
        let track = try #require(bench.video)
        #expect(track.description.codec == codec)
        #expect(try DecodedLayer(track.frames("q"), codec: codec).numbers == Array(0..<15))
    }

    @Test("Reordered sources come out complete, in order, and no later than they are reordered by")
    func reordering() throws {
        let bench = try SessionBench(layers: [.large])
        let source = SyntheticSource(hasReordering: true)
        let events = try source.video(frames: 0..<60)
        var delays: [Double] = []
        for event in events {
            bench.receive(event.event, at: event.time)
            while delays.count < bench.video?.written.count ?? 0 {
                let captured = bench.video?.written[delays.count].frame.capturedAt ?? SessionBench.wallClock
                let shown = SessionBench.start + (captured - SessionBench.wallClock)
                delays.append((bench.now - shown).inSeconds)
            }
        }
        bench.transcoder.finish()
        let track = try #require(bench.video)
        #expect(try DecodedLayer(track.frames("q")).numbers == Array(0..<60))
        // x264's default reorders by two pictures.
        #expect(delays.allSatisfy { $0 < 0.07 })
    }

    @Test("A faster source is limited to the plan's rate, a slower one stays", arguments: [(60, 30), (20, 20)])
    func frameRate(source: Int, expected: Int) throws {
        let bench = try SessionBench(layers: [.small])
        bench.receive(
            try SyntheticSource(width: 320, height: 180, framesPerSecond: source).video(frames: 0..<source * 2)
        )
        let count = try #require(bench.video).written.count
        #expect(abs(count - expected * 2) <= 1)
    }

    @Test("Nothing is shown before the first key frame")
    func lateStart() throws {
        let bench = try SessionBench(layers: [.small])
        let events = try SyntheticSource(width: 320, height: 180).video(frames: 0..<60)
        // Its announcement, and everything from the middle of the first group of pictures on.
        bench.receive([events[0]] + events.dropFirst(11))
        let layer = try DecodedLayer(try #require(bench.video).frames("q"))
        #expect(layer.numbers == Array(30..<60))
    }

    @Test("A publisher may announce the same stream over and over")
    func repeatedAnnouncement() throws {
        let bench = try SessionBench(layers: [.small])
        let events = try SyntheticSource(width: 320, height: 180, keyFrameInterval: 10).video(frames: 0..<30)
        for event in events {
            bench.receive(event.event, at: event.time)
            bench.receive(events[0].event, at: event.time)
        }
        #expect(try DecodedLayer(try #require(bench.video).frames("q")).numbers == Array(0..<30))
    }

    @Test("A layer nobody watches is not encoded, and begins with a key frame when it is watched again")
    func pausing() throws {
        let bench = try SessionBench(layers: .pair)
        let events = try SyntheticSource(keyFrameInterval: 10).video(frames: 0..<90)
        bench.receive(Array(events.prefix(31)))
        let track = try #require(bench.video)
        track.disable(["q"])
        bench.receive(Array(events[31..<61]))
        #expect(track.frames("q").count == 30)
        track.disable(["h"])
        bench.receive(Array(events[61...]))
        #expect(track.frames("h").count == 60)
        let small = track.frames("q")
        #expect(small.count == 60)
        #expect(small[30].isKeyFrame)
        #expect(small.map(\.isKeyFrame).filter { $0 }.count == 2)
        #expect(try DecodedLayer(Array(small[30...])).numbers == Array(60..<90))
    }

    @Test("Key frames come when asked for, of the layer that is meant, at most one in half a second")
    func keyFrames() throws {
        let bench = try SessionBench(layers: .pair)
        let events = try SyntheticSource(keyFrameInterval: 1).video(frames: 0..<90)
        for (index, event) in events.enumerated() {
            if (31...40).contains(index) { bench.video?.requestKeyFrame("q") }
            if index == 61 { bench.video?.requestKeyFrame(nil) }
            bench.receive(event.event, at: event.time)
        }
        let track = try #require(bench.video)
        func keys(_ rid: String) -> [Int] {
            track.frames(rid).enumerated().filter { $0.element.isKeyFrame }.map(\.offset)
        }
        #expect(keys("q") == [0, 30, 45, 60])
        #expect(keys("h") == [0, 60])
    }

    @Test("When the source changes its size the same layers go on in sizes that fit")
    func resize() throws {
        let bench = try SessionBench(layers: .pair)
        bench.receive(try SyntheticSource().video(frames: 0..<20))
        bench.receive(try SyntheticSource(width: 320, height: 240, clock: 0).video(frames: 20..<40))
        bench.receive(try SyntheticSource(width: 360, height: 640, clock: 0).video(frames: 40..<60))
        #expect(bench.published.count == 1)
        let track = try #require(bench.video)
        let large = try DecodedLayer(track.frames("h"))
        let small = try DecodedLayer(track.frames("q"))
        #expect(large.numbers == Array(0..<60) && small.numbers == Array(0..<60))
        #expect(large.sizes == ["640×360", "320×240", "360×640"])
        #expect(small.sizes == ["320×180", "240×180", "180×320"])
        #expect(track.sizes == ["320×240", "360×640"])
        #expect(track.frames("h")[20].isKeyFrame && track.frames("h")[40].isKeyFrame)
        #expect(bench.transcoder.report(at: bench.now).tracks.first?.height == 640)
    }

    @Test("Jumps of the source's times do not show", arguments: [-5_000_000, 86_400_000])
    func jumps(by milliseconds: Int64) throws {
        let bench = try SessionBench(layers: [.small])
        var source = SyntheticSource(width: 320, height: 180, clock: 10_000_000)
        bench.receive(try source.video(frames: 0..<30))
        source.clock += milliseconds
        bench.receive(try source.video(frames: 30..<60))
        let layer = try DecodedLayer(try #require(bench.video).frames("q"))
        #expect(layer.numbers == Array(0..<60))
        let gaps = zip(layer.pictures, layer.pictures.dropFirst()).map { $1.seconds - $0.seconds }
        #expect(gaps.allSatisfy { abs($0 - 1.0 / 30) < 0.005 })
    }

    @Test("What cannot be decoded is left out until the next key frame, whatever it is")
    func damage() throws {
        let bench = try SessionBench(layers: [.small])
        var events = try SyntheticSource(width: 320, height: 180).video(frames: 0..<60)
        let rubbish = EncodedPacket(
            data: [0, 0, 0, 1, 0x65, 0xFF, 0xFF, 0x00],
            pts: .max,
            dts: .min,
            duration: -1,
            timescale: 0,
            isKeyFrame: true
        )
        var empty = rubbish
        empty.data = []
        empty.timescale = 1
        var broken = rubbish
        (broken.pts, broken.dts, broken.timescale) = (334, 334, 1_000)
        for (index, sample) in [rubbish, empty, broken].enumerated() {
            events.insert(TimedEvent(time: events[11].time, event: .sample(.video, sample)), at: 11 + index)
        }
        bench.receive(events)
        let numbers = try DecodedLayer(try #require(bench.video).frames("q")).numbers
        #expect(numbers.prefix(10) == Array(0..<10)[...])
        #expect(numbers.suffix(30) == Array(30..<60)[...])
        #expect(bench.transcoder.broken >= 2)
    }

    @Test("Bitrates are those of the plan", arguments: IngressEncoding.Video.Format.allCases)
    func bitrates(format: IngressEncoding.Video.Format) throws {
        let layers = [
            IngressEncoding.Video.Layer(quality: 2, width: 320, height: 180, bitrate: 400_000),
            IngressEncoding.Video.Layer(quality: 0, width: 160, height: 90, bitrate: 120_000),
        ]
        let bench = try SessionBench(layers: layers, format: format)
        bench.receive(try NoisyMaterial(width: 320, height: 180).video(seconds: 30))
        let track = try #require(bench.video)
        for (rid, layer) in [("h", layers[0]), ("q", layers[1])] {
            let bits = track.frames(rid).reduce(0) { $0 + $1.data.count } * 8
            let ratio = Double(bits) / 30 / Double(layer.bitrate)
            #expect((0.85...1.15).contains(ratio), "\(rid) has \(ratio) of its bitrate")
        }
    }
}
