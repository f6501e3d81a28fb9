import MediaWire
import Testing

@testable import Ingress

/// Seeded mutations of what WHIP publishers send: none may trap, and what holds of all input holds of these.
///
/// `SLUICE_FUZZ_INPUTS=1000000` makes a million of each, as for RTMP.
@Suite("WHIP fuzzing")
struct WHIPFuzzTests {
    @Test("descriptions: what can be read can be written, and is read as the same again")
    func descriptions() {
        var mutator = Mutator(corpus: Self.sections, edges: Mutator.textEdges, seed: 5)
        var meaningful = 0
        for input in 0..<Mutator.inputs {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard let read = try? SessionDescription.parse(text) else { continue }
            meaningful += 1
            let written = read.serialized()
            let again = try? SessionDescription.parse(written)
            // Compared as text: what stands in several places of a description may stand in one of them afterwards.
            guard again?.serialized() != written else { continue }
            Issue.record("input \(input): \(text.debugDescription)\n\(written)\n\(again?.serialized() ?? "refused")")
        }
        #expect(meaningful > Mutator.inputs / 20)
    }

    @Test("offers: what is taken has one section of each kind, and few layers with names of their own")
    func offers() {
        let corpus = OfferFixture.all.map { Array($0.text.utf8) }
        var mutator = Mutator(corpus: corpus, edges: Mutator.textEdges, seed: 6)
        var meaningful = 0
        for input in 0..<Mutator.inputs {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard let media = try? OfferedMedia(parsing: text) else { continue }
            meaningful += 1
            let rids = media.video?.rids ?? []
            let isRight =
                (media.audio != nil || media.video != nil) && Set(rids).count == rids.count && rids.count <= 3
                && [media.audio?.codecs, media.video?.codecs].allSatisfy { $0 != [] }
            if !isRight { Issue.record("input \(input): \(text.debugDescription)") }
        }
        #expect(meaningful > Mutator.inputs / 1000)
    }

    @Test("fragments: what is read is within bounds, and is read as the same again when it is written")
    func fragments() {
        let trickle = Array(ICEFragmentTests.trickle.utf8)
        let lines = trickle.split(separator: 10).map { Array($0) + [10] }
        let corpus = [trickle] + lines + [Array("a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\n".utf8)]
        var mutator = Mutator(corpus: corpus, edges: Mutator.textEdges, seed: 7)
        var meaningful = 0
        for input in 0..<Mutator.inputs {
            let text = String(decoding: mutator.next(), as: UTF8.self)
            guard var fragment = try? ICEFragment(parsing: text) else { continue }
            meaningful += 1
            var isRight = fragment.candidates.count <= ICEFragment.maximumCandidates
            isRight = isRight && fragment.mids.count <= ICEFragment.maximumSections
            isRight = isRight && fragment.mids.allSatisfy { $0.unicodeScalars.count <= 64 }
            if let credentials = fragment.credentials {
                isRight = isRight && (4...256).contains(credentials.ufrag.utf8.count)
                isRight = isRight && (22...256).contains(credentials.password.utf8.count)
            }
            fragment.mids = Array(fragment.mids.prefix(1))
            let written = fragment.serialized(bundle: ["0"], mediaType: "audio")
            let again = try? ICEFragment(parsing: written)
            if !isRight || again != fragment { Issue.record("input \(input): \(text.debugDescription)") }
        }
        #expect(meaningful > Mutator.inputs / 20)
    }

    /// Short descriptions that have every line of every offer: the session's lines, and eight of a section.
    private static let sections: [[UInt8]] = OfferFixture.all.flatMap { fixture in
        let lines = fixture.text.split(separator: "\r\n").map(String.init)
        let starts = lines.indices.filter { lines[$0].hasPrefix("m=") }
        let head = lines[..<(starts.first ?? lines.endIndex)]
        return zip(starts, starts.dropFirst() + [lines.endIndex]).flatMap { start, end in
            stride(from: start + 1, to: end, by: 8).map { first in
                let part = head + [lines[start]] + lines[first..<min(first + 8, end)]
                return Array(part.map { $0 + "\r\n" }.joined().utf8)
            }
        }
    }
}
