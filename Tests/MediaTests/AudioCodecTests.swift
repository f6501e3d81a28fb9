import Media
import MediaWire
import TestKit
import Testing

@Suite("Audio codecs")
struct AudioCodecTests {
    /// A second and a half of a tone, in pieces that fit no codec's frame.
    private func encode(
        _ encoder: inout AudioEncoder,
        frequency: Double,
        layout: AudioLayout = .mixing
    ) throws -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        let total = layout.sampleRate * 3 / 2
        var start = 0
        while start < total {
            let count = min(700, total - start)
            let lane = ToneProbe.sine(
                frequency,
                amplitude: 0.4,
                sampleRate: layout.sampleRate,
                start: Int64(start),
                count: count
            )
            let samples = (0..<layout.channels).flatMap { _ in lane }
            packets += try encoder.encode(
                AudioFrame(samples: samples, channels: layout.channels, sampleRate: layout.sampleRate)
            )
            start += count
        }
        return try packets + encoder.flush()
    }

    @Test(
        "A tone comes back with its pitch and loudness",
        arguments: [
            (AudioEncoderConfiguration.Format.aac, AudioLayout.mixing),
            (.aac, AudioLayout(sampleRate: 44_100, channels: 2)),
            (.opus, .mixing),
            (.mp3, AudioLayout(sampleRate: 44_100, channels: 2)),
            (.aac, AudioLayout(sampleRate: 48_000, channels: 1)),
        ]
    )
    func roundTrip(format: AudioEncoderConfiguration.Format, layout: AudioLayout) throws {
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: format, layout: layout, bitrate: 128_000))
        let packets = try encode(&encoder, frequency: 440)
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.dts < $1.dts })
        #expect(packets.first?.pts == Int64(-encoder.priming))
        var decoder = try AudioDecoder(parameters: encoder.parameters)
        var samples: [Float] = []
        for packet in packets {
            for frame in try decoder.decode(packet.data, pts: MediaTime(value: packet.pts, timescale: packet.timescale))
            {
                #expect(frame.sampleRate == 48_000 && frame.channels == 2)
                frame.withSamples(1) { samples.append(contentsOf: $0) }
            }
        }
        for frame in decoder.flush() { frame.withSamples(1) { samples.append(contentsOf: $0) } }
        #expect(abs(Double(samples.count) / 48_000 - 1.5) < 0.08)
        let middle = samples[24_000..<48_000]
        #expect(abs(ToneProbe.amplitude(of: 440, in: middle, sampleRate: 48_000) - 0.4) < 0.02)
        #expect(ToneProbe.amplitude(of: 880, in: middle, sampleRate: 48_000) < 0.01)
    }

    @Test("Opus packets as RTP brings them are decoded with their times")
    func opusPackets() throws {
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus))
        let packets = try encode(&encoder, frequency: 1_000)
        var decoder = try AudioDecoder(codec: .opus)
        var times: [Int64] = []
        for (index, packet) in packets.prefix(20).enumerated() {
            let pts = MediaTime(value: 100_000 + Int64(index) * 960, timescale: 48_000)
            for frame in try decoder.decode(packet.data, pts: pts) {
                #expect(frame.count == 960)
                times.append(frame.pts?.value ?? -1)
            }
        }
        #expect(times == (0..<20).map { 100_000 + $0 * 960 })
    }

    @Test("A beep stays where it was through AAC at another rate")
    func alignment() throws {
        let source = BeepAndFlash()
        let layout = AudioLayout(sampleRate: 44_100, channels: 2)
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .aac, layout: layout))
        var packets: [EncodedPacket] = []
        for block in 0..<150 { packets += try encoder.encode(source.sound(from: Int64(block * 960), count: 960)) }
        packets += try encoder.flush()
        var decoder = try AudioDecoder(parameters: encoder.parameters)
        var samples: [Float] = []
        var first: Double?
        for packet in packets {
            for frame in try decoder.decode(packet.data, pts: MediaTime(value: packet.pts, timescale: packet.timescale))
            {
                first = first ?? frame.pts?.seconds
                frame.withSamples(0) { samples.append(contentsOf: $0) }
            }
        }
        let start = try #require(first)
        let onsets = source.beepOnsets(samples, sampleRate: 48_000).map { $0 + start }.filter { $0 > 0.5 }
        #expect(onsets.count == 2)
        for (onset, expected) in zip(onsets, [1.0, 2.0]) { #expect(abs(onset - expected) < 0.003) }
    }

    @Test("G.711 is decoded and brought to the mixing rate")
    func telephony() throws {
        var decoder = try AudioDecoder(codec: .pcmu)
        var samples: [Float] = []
        for block in 0..<50 {
            // Full-scale square wave of 500 Hz: 0x80 and 0x00 are the largest values of either sign (G.711).
            let packet = (0..<160).map { UInt8(($0 / 8) % 2 == 0 ? 0x80 : 0x00) }
            for frame in try decoder.decode(packet, pts: MediaTime(value: Int64(block * 160), timescale: 8_000)) {
                #expect(frame.sampleRate == 48_000 && frame.channels == 2)
                frame.withSamples(0) { samples.append(contentsOf: $0) }
            }
        }
        #expect(abs(samples.count - 48_000) < 200)
        #expect(ToneProbe.amplitude(of: 500, in: samples[4_800..<43_200], sampleRate: 48_000) > 1)
    }

    @Test("Rates a codec does not know are refused with those it knows")
    func refusedRate() {
        let layout = AudioLayout(sampleRate: 44_100, channels: 2)
        let error = #expect(throws: MediaError.self) {
            _ = try AudioEncoder(AudioEncoderConfiguration(format: .opus, layout: layout))
        }
        #expect(error?.message.contains("44100") == true && error?.message.contains("48000") == true)
    }

    @Test("An empty or damaged packet is an error of that packet")
    func damage() throws {
        var decoder = try AudioDecoder(codec: .opus)
        #expect(throws: MediaError.self) { try decoder.decode([], pts: MediaTime(value: 0, timescale: 48_000)) }
        // Code 3 with zero frames is not a packet (RFC 6716 §3.2.5).
        #expect(throws: MediaError.self) {
            try decoder.decode([0xFF, 0x00], pts: MediaTime(value: 0, timescale: 48_000))
        }
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus))
        let packet = try #require(try encode(&encoder, frequency: 300).first)
        #expect(try decoder.decode(packet.data, pts: MediaTime(value: 960, timescale: 48_000)).count == 1)
    }
}
