import Foundation
import Testing

@testable import Storage

@Suite("Upload journal")
struct UploadJournalTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var records: [JournalRecord] {
        var grow = JournalRecord(.grow, id: 1)
        (grow.path, grow.key, grow.type) = ("/work/a\nb.mp4", "é.mp4", "video/mp4")
        var begin = JournalRecord(.begin, id: 1)
        begin.upload = "upload"
        var part = JournalRecord(.part, id: 1)
        (part.part, part.tag) = (2, "\"tag\"")
        var end = JournalRecord(.end, id: 1)
        end.ending = FileEnding(length: 20 << 20, head: [0, 1, 255], replacing: 3)
        return [grow, begin, part, end]
    }

    private func bytes() throws -> [UInt8] {
        let path = "\(folder.path)/journal"
        try? FileManager.default.removeItem(atPath: path)
        let journal = try UploadJournal.open(path).journal
        for record in records { try journal.append(record) }
        try journal.synchronize()
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    @Test("gives back what was written")
    func roundTrip() throws {
        let (found, length) = UploadJournal.parse(try bytes())
        #expect(found == records)
        #expect(length == (try bytes()).count)
    }

    @Test("ignores a line that was torn at any byte, and goes on behind the whole ones")
    func torn() throws {
        let whole = try bytes()
        let path = "\(folder.path)/torn"
        var counts: Set<Int> = []
        for end in 0...whole.count {
            let expected = whole[..<end].count { $0 == UInt8(ascii: "\n") }
            try Data(whole[..<end]).write(to: URL(fileURLWithPath: path))
            let (journal, found) = try UploadJournal.open(path)
            #expect(found == Array(records.prefix(expected)))
            try journal.append(JournalRecord(.dropped, id: 9))
            #expect(try UploadJournal.open(path).records == records.prefix(expected) + [JournalRecord(.dropped, id: 9)])
            counts.insert(expected)
        }
        #expect(counts == [0, 1, 2, 3, 4])
    }

    @Test("passes a line over that is no record")
    func spoilt() throws {
        let bytes = Array("{}\nnonsense\n\n{\"id\":3,\"kind\":\"dropped\"}\n{\"id\"".utf8)
        let (found, length) = UploadJournal.parse(bytes)
        #expect(found == [JournalRecord(.dropped, id: 3)])
        #expect(length == bytes.count - 5)
    }

    @Test("adds up to what is left to do")
    func replay() throws {
        let replay = JournalReplay(records, sizes: PartSizes(first: 8 << 20))
        let entry = try #require(replay.entries.first)
        #expect(entry.plan.upload == "upload")
        #expect(entry.plan.next() == .part(3))
        #expect(replay.nextID == 2)
    }
}
