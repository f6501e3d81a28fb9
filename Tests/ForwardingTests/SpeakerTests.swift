import MediaWire
import Testing

@testable import Forwarding

@Suite("Speakers")
struct SpeakerTests {
    private func detector(levels: [UInt8], from start: Int = 0) -> (SpeakerDetector, Instant) {
        var detector = SpeakerDetector(rule: SpeakerRule())
        for (index, level) in levels.enumerated() {
            detector.observe(
                level: level,
                timestamp: UInt32(index) * 960,
                clockRate: 48_000,
                at: at(start + index * 20)
            )
        }
        return (detector, at(start + levels.count * 20))
    }

    @Test("are heard after one interval of speech")
    func speech() {
        var (quiet, now) = detector(levels: Array(repeating: 20, count: 19))
        #expect(quiet.isSpeaking(at: now) == false)
        var (speaking, then) = detector(levels: Array(repeating: 20, count: 20))
        #expect(speaking.isSpeaking(at: then) == true)
        (speaking, then) = detector(levels: Array(repeating: 20, count: 200))
        let level = speaking.level(at: then)
        #expect(abs(level - 0.1) < 0.001)
    }

    @Test(
        "need two fifths of an interval",
        arguments: [(8, true), (7, false), (0, false), (20, true)] as [(Int, Bool)]
    )
    func percentile(active: Int, speaking: Bool) {
        let levels = (0..<20).map { UInt8($0 < active ? 10 : 127) }
        var (detector, now) = detector(levels: levels)
        #expect(detector.isSpeaking(at: now) == speaking)
    }

    @Test("are not found in noise, silence or when nothing comes any more")
    func silence() {
        var (noise, now) = detector(levels: Array(repeating: 60, count: 60))
        #expect(noise.isSpeaking(at: now) == false)
        var (stopped, then) = detector(levels: Array(repeating: 10, count: 60))
        #expect(stopped.isSpeaking(at: then) == true)
        #expect(stopped.level(at: then + .seconds(1)) == 0)
    }

    @Test("are announced only when something changed, those who stopped as well")
    func changes() {
        var list = SpeakerList()
        #expect(
            list.update(["a": 0.3, "b": 0.5, "c": 0]) == [
                SpeakerList.Entry(participant: "b", level: 0.5, isActive: true),
                SpeakerList.Entry(participant: "a", level: 0.375, isActive: true),
            ]
        )
        #expect(list.update(["a": 0.31, "b": 0.45]) == [])
        #expect(list.update(["b": 0.45]) == [SpeakerList.Entry(participant: "a", level: 0, isActive: false)])
        #expect(list.active == [SpeakerList.Entry(participant: "b", level: 0.5, isActive: true)])
        let gone = list.update([:])
        #expect(gone.map(\.isActive) == [false])
        #expect(list.update([:]) == [])
    }
}
