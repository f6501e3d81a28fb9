import Media
import Testing

@testable import Ingress

@Suite("Sound is cut into blocks of 20 ms")
struct AudioBlocksTests {
    /// Sound whose samples are their numbers.
    private func sound(_ count: Int, from first: Int = 1) -> AudioFrame {
        AudioFrame(samples: (0..<count).map { Float(first + $0) }, channels: 1, sampleRate: 48_000)
    }

    @Test("Pieces of any length make blocks without seams, though their times are rounded")
    func seams() {
        var blocks = AudioBlocks(channels: 1)
        var made: [AudioBlocks.Block] = []
        for piece in 0..<10 {
            let jitter = Int64(piece % 3) * 40 - 40
            made += blocks.append(sound(1_024, from: 1 + piece * 1_024), at: 48_000 + Int64(piece * 1_024) + jitter)
        }
        #expect(made.count == 10)
        #expect(made.map(\.position) == (0..<10).map { 47_960 + $0 * 960 })
        #expect(made.flatMap(\.sound.samples) == (1...9_600).map(Float.init))
    }

    @Test("A short gap is silence of its length, a long one a leap")
    func gaps() {
        var blocks = AudioBlocks(channels: 1)
        _ = blocks.append(sound(960), at: 0)
        let short = blocks.append(sound(960), at: 3_840)
        #expect(short.map(\.position) == [960, 1_920, 2_880, 3_840])
        #expect(short.map { $0.sound.samples.contains { $0 != 0 } } == [false, false, false, true])
        _ = blocks.append(sound(100), at: 4_800)
        let long = blocks.append(sound(960), at: 480_000)
        #expect(long.map(\.position) == [4_800, 480_000])
        #expect(long[0].sound.samples[100...].allSatisfy { $0 == 0 })
    }

    @Test("What was there already is left out")
    func overlap() {
        var blocks = AudioBlocks(channels: 1)
        _ = blocks.append(sound(4_800), at: 0)
        #expect(blocks.append(sound(960), at: 960).isEmpty)
        let rest = blocks.append(sound(3_840, from: 1_921), at: 1_920)
        #expect(rest.map(\.position) == [4_800])
        #expect(rest.first?.sound.samples.first == 4_801)
    }

    @Test("Silence goes on from where the sound ended, in whole blocks")
    func silence() {
        var blocks = AudioBlocks(channels: 1)
        #expect(blocks.silence(until: 5_000).isEmpty)
        _ = blocks.append(sound(1_000), at: 0)
        let made = blocks.silence(until: 4_000)
        #expect(made.map(\.position) == [960, 1_920, 2_880])
        #expect(made[0].sound.samples.prefix(40).allSatisfy { $0 > 0 })
        #expect(made[0].sound.samples.dropFirst(40).allSatisfy { $0 == 0 })
        #expect(blocks.silence(until: 4_700).isEmpty)
        #expect(blocks.silence(until: 480_000).map(\.position) == [479_040])
    }
}
