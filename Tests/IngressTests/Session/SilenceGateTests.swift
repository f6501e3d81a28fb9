import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("Silence is sent as next to nothing")
struct SilenceGateTests {
    @Test("A silence is sent for 200 ms, then once in 400 ms; sound is sent at once")
    func gate() {
        var gate = SilenceGate()
        let silence = AudioLevel(level: 127, voice: false)
        let first = gate.admits(AudioLevel(level: 30, voice: true))
        #expect(first)
        let sent = (0..<60).filter { _ in gate.admits(silence) }
        #expect(sent == Array(0..<10) + [10, 30, 50])
        let faint = gate.admits(AudioLevel(level: 71, voice: false))
        #expect(faint)
        let again = (0..<10).filter { _ in gate.admits(silence) }
        #expect(again.count == 10)
    }

    @Test(
        "Loudness is measured against full scale",
        arguments: [(1.0, 0), (0.1, 20), (0.001, 60), (0.0, 127)] as [(Float, UInt8)]
    )
    func level(amplitude: Float, expected: UInt8) {
        let samples = (0..<960).map { $0 % 2 == 0 ? amplitude : -amplitude }
        let level = AudioLevel(of: AudioFrame(samples: samples, channels: 1, sampleRate: 48_000))
        #expect(level.level == expected)
        #expect(level.voice == (expected < 50))
    }
}
