import Compositor
import Media
import MediaWire
import TestKit
import Testing

@Suite("Audio mixer")
struct AudioMixerTests {
    private func tone(_ frequency: Double, _ amplitude: Double, from start: Int64, count: Int) -> AudioFrame {
        let lane = ToneProbe.sine(frequency, amplitude: amplitude, sampleRate: 48_000, start: start, count: count)
        return AudioFrame(samples: lane + lane, channels: 2, sampleRate: 48_000)
    }

    private func constant(_ value: Float, count: Int) -> AudioFrame {
        AudioFrame(samples: [Float](repeating: value, count: count * 2), channels: 2, sampleRate: 48_000)
    }

    private func lane(_ blocks: [AudioFrame], channel: Int = 0) -> [Float] {
        blocks.flatMap { block in block.withSamples(channel) { Array($0) } }
    }

    private func loudest(_ samples: some Collection<Float>) -> Float {
        samples.reduce(0) { max($0, abs($1)) }
    }

    @Test("Every tone is in the sum with its own loudness")
    func sum() {
        var mixer = AudioMixer()
        let tones: [(Double, Double)] = [(440, 0.2), (1_000, 0.1), (2_500, 0.3), (6_000, 0.05)]
        for block in 0..<60 {
            for (frequency, amplitude) in tones {
                let start = Int64(block * 960)
                mixer.add(
                    tone(frequency, amplitude, from: start, count: 960),
                    from: AudioSourceID("\(frequency)"),
                    at: start
                )
            }
        }
        let samples = lane(mixer.mix(upTo: 57_600))
        #expect(samples.count == 59 * 960)
        for (frequency, amplitude) in tones {
            let found = ToneProbe.amplitude(of: frequency, in: samples[..<48_000], sampleRate: 48_000)
            #expect(abs(found - amplitude) < 0.001)
        }
    }

    @Test("Below the ceiling the sum is exact")
    func exactness() {
        var mixer = AudioMixer()
        let input = tone(300, 0.8, from: 0, count: 4_800)
        mixer.add(input, from: "a", at: 0)
        let samples = lane(mixer.mix(upTo: 4_800))
        #expect(samples == Array(lane([input]).prefix(samples.count)))
        #expect(samples.count == 3_840)
    }

    @Test("However loud the sources, nothing exceeds the ceiling, and quiet passages around recover")
    func limiting() {
        var mixer = AudioMixer()
        for source in 0..<9 {
            mixer.add(
                tone(200 + 137 * Double(source), 0.9, from: 0, count: 24_000),
                from: AudioSourceID("\(source)"),
                at: 24_000
            )
        }
        let quiet = tone(500, 0.1, from: 0, count: 144_000)
        mixer.add(quiet, from: "quiet", at: 0)
        let samples = lane(mixer.mix(upTo: 144_000))
        #expect(loudest(samples) <= 0.891)
        #expect(loudest(samples[24_000..<48_000]) > 0.7)
        #expect(samples[..<23_700] == lane([quiet])[..<23_700])
        // A second and a half after the loud passage nothing of it is left.
        #expect(samples[136_000...] == lane([quiet])[136_000..<samples.count])
        let loud = ToneProbe.amplitude(of: 200 + 137 * 4, in: samples[26_000..<46_000], sampleRate: 48_000)
        #expect(loud > 0.05)
    }

    @Test("A single peak ramps the gain down before it instead of cutting it")
    func singlePeak() {
        var mixer = AudioMixer()
        mixer.add(constant(0.5, count: 9_600), from: "a", at: 0)
        mixer.add(constant(2, count: 1), from: "b", at: 5_000)
        let samples = lane(mixer.mix(upTo: 9_600))
        #expect(samples[5_000] <= 0.891 && samples[5_000] > 0.88)
        // Apart from the peak no sample differs from its neighbour by more than the ramp of 5 ms does.
        for (index, pair) in zip(samples, samples.dropFirst()).enumerated() where index != 4_999 && index != 5_000 {
            #expect(abs(pair.0 - pair.1) < 0.002)
        }
        #expect(samples[..<4_700].allSatisfy { $0 == 0.5 })
    }

    @Test("Where nothing is added there is silence, and blocks say where they belong")
    func gaps() {
        var mixer = AudioMixer(start: 1_000)
        mixer.add(constant(0.25, count: 100), from: "a", at: 1_500)
        mixer.add(constant(0.25, count: 100), from: "a", at: 2_500)
        let blocks = mixer.mix(upTo: 5_000)
        #expect(blocks.compactMap { $0.pts?.value } == [1_000, 1_960, 2_920])
        let samples = lane(blocks)
        let loud = samples.indices.filter { samples[$0] != 0 }.map { $0 + 1_000 }
        #expect(loud == Array(1_500..<1_600) + Array(2_500..<2_600))
    }

    @Test("Late, overlapping and far too early samples are left out and counted")
    func accounting() {
        var mixer = AudioMixer()
        mixer.add(constant(0.1, count: 2_000), from: "a", at: 0)
        #expect(mixer.mix(upTo: 1_200).count == 1)
        // 960 samples are gone; 0…2000 is filled already.
        mixer.add(constant(0.1, count: 2_100), from: "a", at: 0)
        #expect(mixer.statistics(of: "a") == statistics(mixed: 2_100, late: 960, overlapping: 1_040))
        mixer.add(constant(0.1, count: 960), from: "b", at: 480)
        #expect(mixer.statistics(of: "b") == statistics(mixed: 480, late: 480))
        mixer.add(constant(0.1, count: 960), from: "c", at: 960 + 480_000 - 100)
        #expect(mixer.statistics(of: "c") == statistics(mixed: 100, early: 860))
        for extreme in [Int64.min, Int64.max, Int64.max - 960, -5_000_000] {
            mixer.add(constant(0.1, count: 960), from: "d", at: extreme)
        }
        #expect(mixer.statistics(of: "d")?.mixed == 0)
        let samples = lane(mixer.mix(upTo: 3_200))
        #expect(samples[..<480].allSatisfy { abs($0 - 0.2) < 1e-6 })
        #expect(samples[480..<1_140].allSatisfy { abs($0 - 0.1) < 1e-6 })
        #expect(samples[1_140...].allSatisfy { $0 == 0 })
    }

    @Test("The mix goes on over the end of its buffer")
    func wrapping() {
        var mixer = AudioMixer()
        var position: Int64 = 0
        var samples: [Float] = []
        for _ in 0..<700 {
            mixer.add(tone(1_000, 0.5, from: position, count: 959), from: "a", at: position)
            position += 959
            samples += lane(mixer.mix(upTo: position), channel: 1)
        }
        #expect(samples.count > 660_000)
        let expected = ToneProbe.sine(1_000, amplitude: 0.5, sampleRate: 48_000, start: 0, count: samples.count)
        #expect(zip(samples, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("At the end the rest is given away")
    func finish() {
        var mixer = AudioMixer()
        mixer.add(constant(0.5, count: 1_000), from: "a", at: 0)
        #expect(mixer.mix(upTo: 1_000).isEmpty)
        let samples = lane(mixer.finish(at: 1_000))
        #expect(samples.count == 1_920)
        #expect(samples[..<1_000].allSatisfy { $0 == 0.5 } && samples[1_000...].allSatisfy { $0 == 0 })
        #expect(mixer.finish(at: 1_000).isEmpty)
    }

    private func statistics(mixed: Int64 = 0, late: Int64 = 0, overlapping: Int64 = 0, early: Int64 = 0)
        -> AudioMixerStatistics
    {
        var statistics = AudioMixerStatistics()
        statistics.mixed = mixed
        statistics.late = late
        statistics.overlapping = overlapping
        statistics.early = early
        return statistics
    }
}
