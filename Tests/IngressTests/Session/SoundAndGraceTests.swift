import Media
import MediaWire
import RoomClient
import TestKit
import Testing

@testable import Ingress

@Suite("Sound, and pictures in step with it")
struct SoundTests {
    @Test(
        "Sound of any layout becomes Opus of 20 ms that says how loud it is",
        arguments: [
            (AudioLayout(sampleRate: 48_000, channels: 2), 2), (AudioLayout(sampleRate: 44_100, channels: 6), 2),
            (AudioLayout(sampleRate: 44_100, channels: 1), 2), (AudioLayout(sampleRate: 22_050, channels: 2), 1),
        ]
    )
    func layouts(source: AudioLayout, channels: Int) throws {
        let audio = IngressEncoding.Audio(channels: channels, bitrate: 96_000, hasDTX: true)
        let bench = try SessionBench(layers: .pair, audio: audio)
        bench.receive(try SyntheticSource(clock: 5_000, audioLayout: source).audio(seconds: 0..<3, tone: 440))
        let track = try #require(bench.audio)
        #expect(track.description.isStereo == (channels == 2))
        let frames = track.frames(nil)
        #expect(frames.count > 140)
        #expect(zip(frames, frames.dropFirst()).allSatisfy { $1.timestamp &- $0.timestamp == 960 })
        #expect(
            frames.dropFirst(10).dropLast(4).allSatisfy {
                ($0.audioLevel?.level ?? 127) < 30 && $0.audioLevel?.voice == true
            }
        )
        let sound = try DecodedSound(frames, channels: channels)
        let middle = sound.samples[48_000..<96_000]
        #expect(ToneProbe.amplitude(of: 440, in: middle, sampleRate: 48_000) > 0.15)
        #expect(ToneProbe.amplitude(of: 880, in: middle, sampleRate: 48_000) < 0.01)
        let report = try #require(bench.transcoder.report(at: bench.now).audio)
        #expect((report.sampleRate, report.channels) == (source.sampleRate, source.channels))
    }

    @Test("Beeps and flashes stay together, whatever the source's clock and its jumps")
    func inStep() throws {
        let bench = try SessionBench(layers: [.small])
        var source = SyntheticSource(width: 320, height: 180, clock: 4_294_960_000)
        bench.receive(.merged(try source.video(frames: 0..<90), try source.audio(seconds: 0..<3)))
        source.clock = 12
        bench.receive(.merged(try source.video(frames: 90..<180), try source.audio(seconds: 3..<6)))
        let pictures = try DecodedLayer(try #require(bench.video).frames("q")).pictures
        let sound = try DecodedSound(try #require(bench.audio).frames(nil))
        let probe = BeepAndFlash()
        let flashes = probe.flashOnsets(pictures.map { (seconds: $0.seconds, luma: $0.luma) })
        let beeps = probe.beepOnsets(sound.samples, sampleRate: 48_000).map { $0 + sound.start }
        let offsets = probe.offsets(flashes: flashes, beeps: beeps)
        #expect(offsets.count >= 4)
        #expect(offsets.allSatisfy { abs($0) < 0.06 }, "\(offsets)")
    }

    @Test("Silence is left out but for a packet now and then, unless the plan wants it", arguments: [true, false])
    func silence(hasDTX: Bool) throws {
        let audio = IngressEncoding.Audio(channels: 2, bitrate: 64_000, hasDTX: hasDTX)
        let bench = try SessionBench(layers: .pair, audio: audio)
        bench.receive(try SyntheticSource().audio(seconds: 0..<4, tone: 0))
        let count = try #require(bench.audio).written.count
        if hasDTX { #expect((15...30).contains(count)) } else { #expect(count > 190) }
    }
}

@Suite("A source that goes away and comes back")
struct GraceTests {
    @Test("The last picture and silence are sent until it is back; the tracks go on as if nothing had been")
    func holdAndResume() throws {
        let bench = try SessionBench(layers: [.small])
        let source = SyntheticSource(width: 320, height: 180, clock: 500_000)
        bench.receive(.merged(try source.video(frames: 0..<30), try source.audio(seconds: 0..<1, tone: 440)))
        let track = try #require(bench.video)
        let before = track.written.count
        bench.transcoder.sourceLost(at: bench.now)
        bench.advance(to: SessionBench.start + .seconds(3))
        #expect(bench.transcoder.report(at: bench.now).isSourceAway)
        let held = track.written.count - before
        #expect((3...5).contains(held))
        // Someone joins meanwhile.
        track.requestKeyFrame("q")
        bench.advance(to: SessionBench.start + .seconds(5))
        #expect(track.frames("q").last { $0.isKeyFrame }?.timestamp != track.frames("q").first?.timestamp)
        bench.transcoder.sourceResumed(at: bench.now)
        let again = SyntheticSource(width: 320, height: 180, clock: 3)
        let rest = [TimedEvent].merged(try again.video(frames: 0..<30), try again.audio(seconds: 0..<1, tone: 440))
        bench.receive(rest, from: .seconds(5))
        #expect(bench.published.count == 2)
        let layer = try DecodedLayer(track.frames("q"))
        #expect(layer.numbers.prefix(30) == Array(0..<30)[...])
        #expect(layer.numbers.suffix(30) == Array(0..<30)[...])
        #expect(Set(layer.numbers.dropFirst(30).dropLast(30)) == [29])
        let times = track.frames("q").map(\.timestamp)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 &- $0 > 0 && $1 &- $0 <= 50_000 })
        let sounds = try #require(bench.audio).frames(nil).map(\.timestamp)
        #expect(zip(sounds, sounds.dropFirst()).allSatisfy { $1 &- $0 >= 960 && $1 &- $0 < 48_000 })
        #expect(bench.transcoder.watch.end == nil)
    }

    @Test("A source that stays away longer than its grace ends the session")
    func end() throws {
        var settings = TranscodingSettings()
        settings.grace = .seconds(4)
        let bench = try SessionBench(layers: [.small], settings: settings)
        bench.receive(try SyntheticSource(width: 320, height: 180).video(frames: 0..<5))
        bench.transcoder.sourceLost(at: bench.now)
        bench.advance(to: bench.now + .milliseconds(3_900))
        #expect(bench.transcoder.watch.end == nil)
        bench.advance(to: bench.now + .milliseconds(200))
        #expect(bench.transcoder.watch.end == .completed)
    }
}
