import Testing

@testable import Media

@Suite("Fragment scanner")
struct FragmentScannerTests {
    private static func box(_ type: String, _ content: Int, large: Bool = false) -> [UInt8] {
        func bytes(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(number >> ($0 * 8) & 255) }
        }
        let header =
            large ? bytes(1, 4) + Array(type.utf8) + bytes(content + 16, 8) : bytes(content + 8, 4) + Array(type.utf8)
        return header + [UInt8](repeating: 0, count: content)
    }

    private func whole(_ file: [UInt8]) -> Int64? {
        FragmentScanner.wholeLength(size: Int64(file.count)) { offset, count in
            Int(offset) + count <= file.count ? Array(file[Int(offset)..<Int(offset) + count]) : nil
        }
    }

    @Test("The cut falls behind the last whole fragment")
    func cuts() {
        let header = Self.box("ftyp", 12) + Self.box("moov", 100)
        let first = header + Self.box("moof", 40) + Self.box("mdat", 200)
        let second = first + Self.box("moof", 40) + Self.box("mdat", 300, large: true)
        let table: [(file: [UInt8], whole: Int?)] = [
            (second, second.count),
            (Array(second.dropLast(1)), first.count),
            (first + Self.box("moof", 40), first.count),
            (first + Array(Self.box("moof", 40).prefix(5)), first.count),
            (second + Self.box("mfra", 30), second.count + 38),
            (header, nil),
            (header + Self.box("moof", 10), nil),
            (Self.box("mdat", 10), nil),
            ([], nil),
            ([0, 0, 0, 3, 1, 2, 3, 4], nil),
            ([255, 255, 255, 255, 1, 2, 3, 4], nil),
            ([0, 0, 0, 1, 1, 2, 3, 4] + [UInt8](repeating: 255, count: 8), nil),
        ]
        for (index, row) in table.enumerated() {
            #expect(whole(row.file) == row.whole.map(Int64.init), "row \(index)")
        }
    }
}
