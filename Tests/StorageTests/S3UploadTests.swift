import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Storage

@Suite("Uploads to an S3 server", .serialized)
struct S3UploadTests {
    private let folder: TemporaryFolder
    private let server: MotoServer
    private let log = LogLines()

    init() async throws {
        folder = try TemporaryFolder()
        server = try await MotoServer()
        try await server.createBucket("bucket")
    }

    private var configuration: S3Configuration {
        var s3 = S3Configuration(bucket: "bucket")
        s3.accessKey = "access-key-of-test"
        s3.secret = "secret-of-test"
        s3.endpoint = server.url
        return s3
    }

    private func session(_ s3: S3Configuration? = nil, folder name: String = "uploads") throws -> UploadSession {
        try UploadSession(
            folder: "\(folder.path)/\(name)",
            destination: .s3(s3 ?? configuration),
            backup: nil,
            localRoot: folder.path,
            settings: quickSettings,
            logger: log.logger
        )
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let path = "\(folder.path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test("a small file arrives with its type, disposition, metadata and tags, and only then leaves the disk")
    func small() async throws {
        var s3 = configuration
        s3.prefix = "some/prefix/"
        s3.metadata = ["Show": "morning"]
        s3.tagging = "a=1&b=2"
        let path = try file("a.mp4", noise(1000))
        let object = try await session(s3).stored(path, as: "dir/a b.mp4")
        #expect(object == StoredObject(location: "\(server.url)/bucket/some/prefix/dir/a%20b.mp4", size: 1000))
        let found = try await server.object("bucket/some/prefix/dir/a%20b.mp4")
        #expect(found.bytes == noise(1000))
        #expect(found.headers.first(name: "Content-Type") == "video/mp4")
        #expect(found.headers.first(name: "Content-Disposition") == "inline")
        #expect(found.headers.first(name: "x-amz-meta-show") == "morning")
        #expect(found.headers.first(name: "x-amz-tagging-count") == "2")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a large file arrives in parts")
    func large() async throws {
        let bytes = noise((20 << 20) + 7)
        let object = try await session().stored(try file("a.mp4", bytes), as: "a.mp4")
        #expect(object.size == Int64(bytes.count))
        let found = try await server.object("bucket/a.mp4")
        #expect(found.bytes == bytes)
        #expect(found.headers.first(name: "ETag")?.contains("-3") == true)
    }

    @Test("an empty file arrives")
    func empty() async throws {
        _ = try await session().stored(try file("a", []), as: "a")
        #expect(try await server.object("bucket/a").status == 200)
    }

    @Test("a presigned location gives the object")
    func presigned() async throws {
        var s3 = configuration
        s3.generatePresignedURL = true
        let object = try await session(s3).stored(try file("a", noise(10)), as: "a")
        #expect(object.location.contains("X-Amz-Expires=604800"))
        #expect(try await server.get(object.location).bytes == noise(10))
    }

    @Test("a file goes up while it grows, and its head is replaced in the end")
    func growing() async throws {
        let bytes = noise(20 << 20)
        let path = try file("a.mp4", bytes)
        let session = try session()
        let upload = session.grow(path, as: "a.mp4", contentType: "video/mp4")
        upload.grown(to: 17 << 20)
        try await waitForJournal("\(folder.path)/uploads", toContain: "\"part\":2")
        let head = noise(1500, seed: 9)
        let object = try await upload.finished(head: head, replacing: 1000)
        #expect(object.size == Int64(bytes.count + 500))
        #expect(try await server.object("bucket/a.mp4").bytes == head + bytes[1000...])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a server that is stopped and comes back empty in mid-upload gets the whole file all the same")
    func outage() async throws {
        let bytes = noise(26 << 20)
        let path = try file("a.mp4", bytes)
        let session = try session()
        let upload = session.grow(path, as: "a.mp4", contentType: "video/mp4")
        upload.grown(to: 17 << 20)
        try await waitForJournal("\(folder.path)/uploads", toContain: "\"part\":2")
        server.stop()
        upload.grown(to: 26 << 20)
        async let object = upload.finished()
        try await Task.sleep(for: .seconds(1))
        #expect(FileManager.default.fileExists(atPath: path))
        try await server.start()
        try await server.createBucket("bucket")
        #expect(try await object.size == Int64(bytes.count))
        #expect(try await server.object("bucket/a.mp4").bytes == bytes)
        #expect(log.all.contains { $0.contains("an upload is tried again") })
        #expect(!log.all.contains { $0.contains("secret-of-test") || $0.contains("access-key-of-test") })
    }

    @Test("a server that hangs for a while keeps what it had")
    func freeze() async throws {
        let bytes = noise(26 << 20)
        let session = try session()
        let upload = session.grow(try file("a.mp4", bytes), as: "a.mp4", contentType: "video/mp4")
        server.freeze(true)
        upload.grown(to: 26 << 20)
        async let object = upload.finished()
        try await Task.sleep(for: .seconds(2))
        server.freeze(false)
        _ = try await object
        #expect(try await server.object("bucket/a.mp4").bytes == bytes)
    }

    @Test("a playlist's newer version takes the place of one that waits")
    func replacing() async throws {
        let session = try session()
        server.freeze(true)
        let path = try file("segment.ts", noise(100))
        async let segment = session.stored(path, as: "segment.ts")
        try await waitForJournal("\(folder.path)/uploads", toContain: "segment.ts")
        let results = (0..<5).map { version in
            Task {
                try await withCheckedThrowingContinuation { continuation in
                    session.submit(Array("v\(version)".utf8), as: "p.m3u8", contentType: "application/x-mpegurl") {
                        continuation.resume(with: $0)
                    }
                }
            }
        }
        try await waitForJournal("\(folder.path)/uploads", toContain: "dropped")
        server.freeze(false)
        _ = try await segment
        for result in results { #expect(try await result.value.location == "\(server.url)/bucket/p.m3u8") }
        await session.settle()
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/uploads")
        #expect(left.sorted() == ["journal.jsonl", "session.json"])
    }

    @Test("a bucket that is not there is an error that says so")
    func noBucket() async throws {
        var s3 = configuration
        s3.bucket = "other"
        let path = try file("a", noise(10))
        let session = try session(s3)
        let error = await #expect(throws: StorageError.self) { try await session.stored(path, as: "a") }
        #expect(error?.description.hasPrefix("S3 upload failed: HTTP 404: NoSuchBucket") == true)
        #expect(error?.code == 400)
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("what a dropped session leaves is resumed, without the file's torn end")
    func resuming() async throws {
        let bytes = noise(27 << 20)
        let path = try file("a.mp4", bytes)
        do {
            let upload = try session().grow(path, as: "a.mp4", contentType: "video/mp4")
            upload.grown(to: 26 << 20)
            try await waitForJournal("\(folder.path)/uploads", toContain: "\"part\":3")
            withExtendedLifetime(upload) {}
        }
        let head = noise(100, seed: 5)
        let results = try await UploadSession.resume(
            folder: "\(folder.path)/uploads",
            logger: log.logger
        ) { asked, key in
            asked == path && key == "a.mp4" ? FileEnding(length: 23 << 20, head: head, replacing: 100) : nil
        }
        #expect(results.map(\.key) == ["a.mp4"])
        #expect(try results.first?.result.get().size == 23 << 20)
        #expect(try await server.object("bucket/a.mp4").bytes == head + bytes[100..<23 << 20])
    }

    @Test("a session that ended at any line of its journal is resumed to the same object")
    func everyCrash() async throws {
        let bytes = noise(17 << 20)
        let path = try file("a.mp4", bytes)
        let session = try session()
        let upload = session.grow(path, as: "a.mp4", contentType: "video/mp4")
        upload.grown(to: 17 << 20)
        try await waitForJournal("\(folder.path)/uploads", toContain: "\"part\":2")
        _ = try await upload.finished(head: [1, 2, 3], replacing: 3)
        _ = try await session.stored(try file("b", noise(5)), as: "b")

        let journal = try String(contentsOfFile: "\(folder.path)/uploads/journal.jsonl", encoding: .utf8)
        let lines = journal.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(lines.count > 7)
        let record = try String(contentsOfFile: "\(folder.path)/uploads/session.json", encoding: .utf8)
        for count in 0..<lines.count {
            try folder.write(
                lines.prefix(count).map { $0 + "\n" }.joined() + lines[count].prefix(9),
                to: "journal.jsonl"
            )
            try folder.write(record, to: "session.json")
            _ = try file("a.mp4", bytes)
            _ = try file("b", noise(5))
            let results = try await UploadSession.resume(folder: folder.path, logger: log.logger) { _, _ in
                FileEnding(length: 17 << 20, head: [1, 2, 3], replacing: 3)
            }
            let known = Set(lines.prefix(count).compactMap { $0.contains("\"key\":\"a.mp4\"") ? "a.mp4" : nil })
            #expect(known.isSubset(of: Set(results.map(\.key))))
            for result in results { _ = try result.result.get() }
            #expect(try await server.object("bucket/a.mp4").bytes == [1, 2, 3] + bytes[3...])
        }
    }
}
