import Foundation
import TestKit
import Testing

@testable import Media

@Suite("Head of a fragmented file")
struct FragmentedHeadTests {
    @Test("The length is told, and the index of fragments still points at them", arguments: [0.0, 3, 100_000])
    func complete(seconds: Double) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        try EncodedMaterial(video: .h264(.main), audio: .aac).write(
            to: path,
            format: .fragmentedMP4(fragmentDuration: .milliseconds(200))
        )
        let before = try DecodedMaterial(path: path)
        let head = try FragmentedHead.complete(path, duration: .seconds(seconds))
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        let object = Data(head.bytes) + file.dropFirst(head.replaced)
        try object.write(to: URL(fileURLWithPath: path))
        #expect(head.shift == 16)

        let bytes = [UInt8](object)
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
        }
        func boxes(_ range: Range<Int>) -> [(type: String, range: Range<Int>)] {
            var found: [(String, Range<Int>)] = []
            var offset = range.lowerBound
            while offset + 8 <= range.upperBound {
                let size = number(offset, 4)
                found.append((String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self), offset..<offset + size))
                guard size >= 8 else { break }
                offset += size
            }
            #expect(offset == range.upperBound)
            return found
        }
        let outer = boxes(0..<bytes.count)
        let movie = try #require(outer.first { $0.type == "moov" })
        let inner = boxes(movie.range.lowerBound + 8..<movie.range.upperBound)
        let header = try #require(inner.first { $0.type == "mvhd" })
        #expect(number(header.range.lowerBound + 24, 4) == Int(seconds * 1_000))
        let extends = try #require(inner.first { $0.type == "mvex" })
        let length = try #require(boxes(extends.range.lowerBound + 8..<extends.range.upperBound).first)
        #expect(length.type == "mehd" && number(length.range.lowerBound + 12, 4) == Int(seconds * 1_000))

        let fragments = Set(outer.filter { $0.type == "moof" }.map(\.range.lowerBound))
        let index = try #require(outer.last)
        #expect(index.type == "mfra")
        var pointers: Set<Int> = []
        for table in boxes(index.range.lowerBound + 8..<index.range.upperBound) where table.type == "tfra" {
            let start = table.range.lowerBound + 8
            let count = number(start + 12, 4)
            let entry = (table.range.count - 24) / max(1, count)
            for item in 0..<count { pointers.insert(number(start + 16 + item * entry + 8, 8)) }
        }
        #expect(!pointers.isEmpty && pointers.isSubset(of: fragments))
        let after = try DecodedMaterial(path: path)
        #expect(after.labels == before.labels && after.samples == before.samples)
    }

    @Test("What is no fragmented file has no head")
    func refused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        try EncodedMaterial(video: .h264(.main), audio: nil, seconds: 1).write(to: path, format: .mp4)
        let plain = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(FragmentedHead(of: plain, duration: .seconds(1)) == nil)
        #expect(throws: MediaError.self) { try FragmentedHead.complete(path, duration: .seconds(1)) }
        try EncodedMaterial(video: .h264(.main), audio: nil, seconds: 1).write(
            to: path,
            format: .fragmentedMP4(fragmentDuration: .milliseconds(200))
        )
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let replaced = try #require(FragmentedHead(of: whole, duration: .seconds(1))).replaced
        for length in stride(from: 0, to: replaced, by: 13) {
            #expect(FragmentedHead(of: Array(whole.prefix(length)), duration: .seconds(1)) == nil)
        }
        // Whatever is in it, it is refused or taken, never trapped on.
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            var damaged = Array(whole.prefix(replaced))
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<replaced, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = FragmentedHead(of: damaged, duration: .seconds(1))
            var index = Array(whole.suffix(120))
            index[Int.random(in: 0..<120, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = FragmentedHead.moveIndex(&index, by: 16)
        }
    }
}
