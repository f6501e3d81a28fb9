import Media
import TestKit
import Testing

@Suite("Probes")
struct ProbeTests {
    private let whole = FrameArea(x: 0, y: 0, width: 320, height: 180)

    @Test("Equal pictures are alike, the next frame less, another source hardly")
    func similarityOrder() {
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        let first = pattern.frame(1)
        #expect(similarity(first, pattern.frame(1)) > 0.9999)
        #expect(similarity(first, pattern.frame(20)) < 0.95)
        #expect(similarity(first, pattern.frame(1, isFlashing: true)) < 0.6)
        // Unrelated noise has no structure in common.
        var generator = SystemRandomNumberGenerator()
        var noise = VideoFrameBuffer(width: 320, height: 180)
        noise.withMutablePlanes { planes in
            for row in 0..<180 {
                let line = planes.y.row(row)
                for column in line.indices { line[column] = UInt8.random(in: 0...255, using: &generator) }
            }
        }
        #expect(similarity(first, noise.freeze()) < 0.1)
    }

    @Test("A label is read at every size it is shown in", arguments: [(320, 180), (1280, 720), (160, 90), (426, 240)])
    func labels(width: Int, height: Int) {
        for id in [0, 7, 15] {
            for number in [0, 1, 0x5555, 0xFFFF] {
                let frame = TestPattern(id: id, width: 640, height: 360).frame(number)
                var scaled = VideoFrameBuffer(width: width, height: height)
                frame.withPlanes { source in scaled.withMutablePlanes { VideoScaler.scale(source, into: $0) } }
                #expect(TestPattern.label(of: scaled.freeze()) == TestPattern.Label(id: id, number: number))
            }
        }
    }

    @Test("Where there is no pattern no label is read")
    func noLabel() {
        var plain = VideoFrameBuffer(width: 320, height: 180)
        plain.withMutablePlanes { $0.fill(y: 90, u: 128, v: 128) }
        #expect(TestPattern.label(of: plain.freeze()) == nil)
        let frame = TestPattern(id: 1, width: 320, height: 180).frame(1)
        let elsewhere = FrameArea(x: 100, y: 40, width: 320, height: 180)
        #expect(frame.withPlanes { TestPattern.label(in: $0, area: elsewhere) } == nil)
    }

    @Test("Areas outside the picture are not measured")
    func outside() {
        let frame = TestPattern(id: 1, width: 320, height: 180).frame(1)
        for area in [
            FrameArea(x: -1, y: 0, width: 10, height: 10), FrameArea(x: 0, y: 171, width: 10, height: 10),
            FrameArea(x: 320, y: 0, width: 1, height: 1),
        ] { #expect(frame.withPlanes { FrameProbe.meanLuma($0, area: area) } == nil) }
        #expect(frame.withPlanes { FrameProbe.meanLuma($0, area: whole) } != nil)
    }

    @Test("A tone's amplitude is found among others and in noise", arguments: [440.0, 1_000, 9_999])
    func tones(frequency: Double) {
        let tone = ToneProbe.sine(frequency, amplitude: 0.25, sampleRate: 48_000, start: 7, count: 24_000)
        let other = ToneProbe.sine(frequency + 60, amplitude: 0.5, sampleRate: 48_000, start: 0, count: 24_000)
        let both = zip(tone, other).map { $0 + $1 + Float.random(in: -0.02...0.02) }
        #expect(abs(ToneProbe.amplitude(of: frequency, in: both, sampleRate: 48_000) - 0.25) < 0.005)
        #expect(abs(ToneProbe.amplitude(of: frequency + 60, in: both, sampleRate: 48_000) - 0.5) < 0.005)
        #expect(ToneProbe.amplitude(of: frequency + 30, in: both, sampleRate: 48_000) < 0.01)
        #expect(ToneProbe.amplitude(of: frequency, in: [Float](), sampleRate: 48_000) == 0)
    }

    @Test(
        "Beeps and flashes are found where they are, and a shift between them is measured",
        arguments: [0, 720, -1_920]
    )
    func beepAndFlash(shift: Int64) {
        let source = BeepAndFlash()
        var samples: [Float] = []
        for block in Int64(0)..<200 {
            let frame = source.sound(from: block * 960 - shift, count: 960)
            frame.withSamples(0) { samples.append(contentsOf: $0) }
        }
        let pictures = (0..<120).map { number -> (seconds: Double, luma: Double) in
            let seconds = Double(number) / 30
            return (seconds, source.isFlashing(at: seconds) ? 230 : 90)
        }
        let flashes = source.flashOnsets(pictures)
        #expect(flashes.map { ($0 * 30).rounded() } == [30, 60, 90])
        let offsets = source.offsets(flashes: flashes, beeps: source.beepOnsets(samples, sampleRate: 48_000))
        #expect(offsets.count == 3)
        #expect(offsets.allSatisfy { abs($0 - Double(shift) / 48_000) < 0.0015 })
        #expect(source.beepOnsets([Float](repeating: 0, count: 48_000), sampleRate: 48_000).isEmpty)
        #expect(source.flashOnsets(pictures.map { ($0.seconds, 90) }).isEmpty)
    }
}
