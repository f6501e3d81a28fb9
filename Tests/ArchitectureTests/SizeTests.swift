import Testing

@Suite("Sizes")
struct SizeTests {
    @Test("no file has over 600 lines", arguments: ["Sources", "Tests"])
    func files(below folder: String) throws {
        let files = try Repository.swiftFiles(below: folder)
        #expect(!files.isEmpty)
        for file in files {
            #expect(file.lines.count <= 601, "\(file.path) has \(file.lines.count - 1) lines")
        }
    }

    @Test("no function has over 80 lines")
    func functions() throws {
        let opening = #/^( *)(?:@\w+(?:\([^)]*\))? )*(?:[a-z]+(?:\(\w+\))? )*(?:func |init[?(<]|deinit|subscript)/#
        var seen = 0
        for file in try Repository.swiftFiles(below: "Sources") {
            for (index, line) in file.lines.enumerated() {
                guard let match = line.firstMatch(of: opening) else { continue }
                let end = file.lines[index...].firstIndex { $0.hasPrefix("\(match.output.1)}") }
                guard let end else { continue }
                seen += 1
                let length = end - index + 1
                #expect(length <= 80, "\(file.path):\(index + 1) has \(length) lines")
            }
        }
        #expect(seen > 200, "only \(seen) functions were found: is the pattern right?")
    }
}
