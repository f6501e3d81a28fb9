import Foundation
import TestKit

/// Makes inputs of known ones as a fuzzer does, the same ones for the same seed.
struct Mutator {
    /// How many inputs a fuzz test makes: a few thousand, or what the environment says.
    static let inputs = ProcessInfo.processInfo.environment["SLUICE_FUZZ_INPUTS"].flatMap(Int.init) ?? 3000

    private let corpus: [[UInt8]]
    private let edges: [[UInt8]]
    private(set) var generator: SeededGenerator

    init(corpus: [[UInt8]], edges: [[UInt8]] = Mutator.binaryEdges, seed: UInt64) {
        self.corpus = corpus
        self.edges = edges
        generator = SeededGenerator(seed: seed)
    }

    /// A number below `bound`, which is at least 1.
    mutating func number(below bound: Int) -> Int {
        Int(truncatingIfNeeded: generator.next() >> 1) % bound
    }

    /// The next input, changed in one to eight places.
    mutating func next() -> [UInt8] {
        var bytes = corpus[number(below: corpus.count)]
        for _ in 0...number(below: 8) { change(&bytes) }
        return bytes
    }

    /// Bytes and fields that parsers stumble over.
    static let binaryEdges: [[UInt8]] = [
        [0], [1], [0x7F], [0x80], [0xFF], [0, 0], [0xFF, 0xFF], [0xFF, 0xFF, 0xFF], [0, 0, 0, 0], [0, 0, 0, 1],
        [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 0, 9], [0x0A, 0, 0, 0, 1],
        [0x7F, 0xF8, 0, 0, 0, 0, 0, 0],
    ]

    /// What parsers of lines stumble over.
    static let textEdges: [[UInt8]] =
        [
            "\r\n", "\n", "\r", "=", ":", ";", ",", "/", "*", "-", " ", "  ", "\0", "é", "0", "-1", "65536",
            "2147483648",
            "4294967296", "18446744073709551616", "m=", "a=", "a=rid:", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = [UInt8(truncatingIfNeeded: generator.next())]
            return
        }
        let place = number(below: bytes.count)
        let length = 1 + number(below: min(64, bytes.count - place))
        switch number(below: 8) {
        case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2:
            let edge = edges[number(below: edges.count)]
            bytes.replaceSubrange(place..<min(bytes.count, place + edge.count), with: edge)
        case 3: bytes.removeSubrange(place..<place + length)
        case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: number(below: bytes.count))
        case 5: bytes.insert(contentsOf: edges[number(below: edges.count)], at: place)
        case 6: bytes.removeSubrange(place...)
        default:
            let other = corpus[number(below: corpus.count)]
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[number(below: other.count)...])
        }
    }
}
