import Media
import MediaWire
import Testing

@testable import Ingress

/// Seeded mutations of what publishers send: none may trap, and what holds of all input holds of these.
///
/// `SLUICE_FUZZ_INPUTS=1000000` makes a million of each. Each test counts the inputs that got through to where something
/// can be said of them: a mutator that breaks everything at its first byte would find nothing.
@Suite("RTMP fuzzing")
struct RTMPFuzzTests {
    @Test("AMF 0: whatever can be read can be written, and is read as the same again")
    func amf() {
        let values = AMFTests.values.map(\.1)
        let messages = Self.messages(in: FFmpegSession.bytes).filter { !$0.type.isMedia }.map(\.payload)
        var mutator = Mutator(corpus: values + messages + [Array(values.joined())], seed: 1)
        var meaningful = 0
        for input in 0..<Mutator.inputs {
            let bytes = mutator.next()
            var reader = AMFReader(bytes)
            guard let read = try? reader.readAll() else { continue }
            meaningful += 1
            let written = AMFWriter.bytes(of: read)
            var again = AMFReader(written)
            // Compared as bytes: what is not a number is not equal to itself.
            let reread = (try? again.readAll()).map(AMFWriter.bytes)
            if reread != written { Issue.record("input \(input): \(bytes)") }
        }
        #expect(meaningful > Mutator.inputs / 1000)
    }

    @Test("chunks: how bytes are cut makes no difference to messages or to the error")
    func chunks() {
        let corpus = [FFmpegSession.bytes, RTMPScript.obsSession].map { Array($0.dropFirst(3073).prefix(1200)) }
        let writer = ChunkWriter()
        let extended = RTMPMessage(
            chunkStream: 70,
            timestamp: 0x0200_0000,
            type: .video,
            payload: [UInt8](repeating: 1, count: 300)
        )
        var mutator = Mutator(corpus: corpus + [writer.bytes(of: extended) + [0xC0, 6, 1, 2]], seed: 2)
        var meaningful = 0
        for input in 0..<Mutator.inputs {
            let bytes = mutator.next()
            let whole = Self.read([bytes])
            let cut = mutator.number(below: bytes.count + 1)
            let parts = Self.read(
                [Array(bytes[..<cut])] + bytes[cut...].prefix(40).map { [$0] } + [Array(bytes.dropFirst(cut + 40))]
            )
            if whole != parts { Issue.record("input \(input), cut at \(cut): \(bytes)") }
            if whole.messages.count > 1 { meaningful += 1 }
        }
        #expect(meaningful > Mutator.inputs / 1000)
    }

    @Test("FLV tags: times rise, nothing is shown before it is decoded")
    func tags() {
        let tags = Self.messages(in: FFmpegSession.bytes).filter(\.type.isMedia).map(\.payload)
        let corpus = tags + (FLVTagTests.video + FLVTagTests.audio).map(\.0) + Self.headers
        var mutator = Mutator(corpus: corpus, seed: 3)
        var meaningful = 0
        var demuxer = FLVDemuxer()
        var last: [MediaKind: Int64] = [:]
        for input in 0..<Mutator.inputs {
            if input % 1000 == 0 { (demuxer, last) = (FLVDemuxer(), [:]) }
            let bytes = mutator.next()
            let time = UInt32(
                truncatingIfNeeded: mutator.number(below: 3) == 0 ? mutator.number(below: 1 << 32) : input * 20
            )
            let events =
                if mutator.number(below: 2) == 0 {
                    (try? demuxer.receiveVideo(bytes, at: time)) ?? []
                } else {
                    (try? demuxer.receiveAudio(bytes, at: time)) ?? []
                }
            for case .sample(let kind, let packet) in events {
                if packet.dts <= last[kind] ?? .min || packet.pts < packet.dts {
                    Issue.record("input \(input): \(bytes)")
                }
                last[kind] = packet.dts
                meaningful += 1
            }
            _ = try? AggregateMessage.messages(in: RTMPMessage(type: .aggregate, payload: bytes))
        }
        #expect(meaningful > Mutator.inputs / 1000)
    }

    @Test("connections: a sink hears one end and nothing behind it, and every connection comes to its end")
    func connections() {
        let corpus = [
            RTMPScript.obsSession, Array(FFmpegSession.bytes.prefix(4600)),
            RTMPConnectionTests.opened(isEnhanced: true),
        ]
        // The handshake has nothing to be changed but its first byte, which has a test of its own.
        var mutator = Mutator(corpus: corpus.map { Array($0.dropFirst(3073)) }, seed: 4)
        var meaningful = 0
        let greeting = Array(RTMPScript.obsSession.prefix(3073))
        for input in 0..<Mutator.inputs {
            let bytes = mutator.next()
            let dialogue = RTMPDialogue(admitsAll: mutator.number(below: 2) == 0)
            dialogue.receive(greeting)
            let cut = mutator.number(below: bytes.count + 1)
            dialogue.receive(Array(bytes[..<cut]))
            var isAdmitted = dialogue.admitsAll && !dialogue.asked.isEmpty
            switch mutator.number(below: 4) {
            case 0 where !dialogue.asked.isEmpty && !isAdmitted:
                dialogue.admit()
                isAdmitted = true
            case 1: dialogue.refuse(.takenOver)
            case 2: dialogue.wait(.seconds(mutator.number(below: 70)))
            default: break
            }
            dialogue.receive(Array(bytes[cut...]))
            isAdmitted = isAdmitted || dialogue.admitsAll && !dialogue.asked.isEmpty
            dialogue.wait(.seconds(120))
            if dialogue.deadline != nil { Issue.record("input \(input) does not end: \(bytes)") }
            dialogue.disconnect()
            let isRight = dialogue.endings == (isAdmitted ? 1 : 0) && (!isAdmitted || dialogue.events.last == .ended)
            if !isRight || dialogue.asked.count > 1 { Issue.record("input \(input), cut at \(cut): \(bytes)") }
            if !dialogue.events.isEmpty { meaningful += 1 }
        }
        #expect(meaningful > Mutator.inputs / 1000)
    }

    private static let headers: [[UInt8]] = [
        [0x17, 0, 0, 0, 0] + MediaTags.avcC, MediaTags.enhanced(0x90, "Opus", MediaTags.opusHead),
        MediaTags.enhanced(0x90, "hvc1", MediaTags.hvcC), MediaTags.enhanced(0x90, "av01", MediaTags.av1C),
        [0x2F, 0xFF, 0xFB, 0x94, 0xC4, 0],
    ]

    private static func messages(in session: [UInt8]) -> [RTMPMessage] {
        (try? ChunkReaderTests.messages(Array(session.dropFirst(3073)))) ?? []
    }

    /// The messages up to the error, and the error.
    private static func read(_ parts: [[UInt8]]) -> Reading {
        var reader = ChunkReader()
        var reading = Reading()
        for part in parts {
            reader.receive(part)
            do throws(RTMPError) {
                while let message = try reader.next() { reading.messages.append(message) }
            } catch {
                reading.error = error
                break
            }
        }
        return reading
    }

    private struct Reading: Equatable {
        var messages: [RTMPMessage] = []
        var error: RTMPError?
    }
}
