import Foundation
import Logging
import NIOHTTP1
import Synchronization
import Testing

@testable import Storage

@Suite("Upload sessions")
struct SessionTests {
    private let folder: TemporaryFolder
    private let log = LogLines()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func session(
        _ destination: StorageConfiguration = .local,
        backup: StorageConfiguration? = nil
    ) throws -> UploadSession {
        try UploadSession(
            folder: "\(folder.path)/uploads",
            destination: destination,
            backup: backup,
            localRoot: "\(folder.path)/out",
            settings: quickSettings,
            logger: log.logger
        )
    }

    private func s3(_ server: FakeServer) -> StorageConfiguration {
        var s3 = S3Configuration(bucket: "bucket")
        (s3.accessKey, s3.secret, s3.sessionToken) = ("visible-key", "visible-secret", "visible-token")
        s3.endpoint = server.url
        return .s3(s3)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        try folder.write(text, to: name)
        return "\(folder.path)/\(name)"
    }

    private func content(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/out/\(name)", encoding: .utf8)
    }

    @Test("put finished files in their place on the local disk")
    func local() async throws {
        let path = try file("a", "text")
        let object = try await session().stored(path, as: "x/y.mp4")
        #expect(object.location.hasSuffix("/out/x/y.mp4"))
        #expect(object.size == 4)
        #expect(try content("x/y.mp4") == "text")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "end growing files on the local disk with their heads",
        arguments: [(nil, 0, "abcdef"), ("XY", 2, "XYcdef"), ("LONGER", 2, "LONGERcdef"), ("", 3, "def")]
            as [(String?, Int, String)]
    )
    func localHeads(head: String?, count: Int, expected: String) async throws {
        let upload = try session().grow(try file("a", "abcdef"), as: "a.mp4", contentType: "video/mp4")
        upload.grown(to: 3)
        let object = try await upload.finished(head: head.map { Array($0.utf8) }, replacing: count)
        #expect(try content("a.mp4") == expected)
        #expect(object.size == Int64(expected.utf8.count))
    }

    @Test("never leave the local folder")
    func confined() async throws {
        let session = try session()
        let path = try file("a", "text")
        await #expect(throws: StorageError.self) { try await session.stored(path, as: "../a") }
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("say when there is no file")
    func missing() async throws {
        let session = try session()
        await #expect(throws: StorageError.self) { try await session.stored("/nowhere", as: "a") }
        await session.settle()
    }

    @Test("turn to the backup for good when the primary refuses")
    func backup() async throws {
        let server = try await FakeServer { _ in
            .init(status: .forbidden, body: "<Error><Code>AccessDenied</Code></Error>")
        }
        let session = try session(s3(server), backup: .local)
        #expect(!session.backupWasUsed)
        _ = try await session.stored(try file("a", "one"), as: "a")
        _ = try await session.stored(try file("b", "two"), as: "b")
        #expect(session.backupWasUsed)
        #expect(server.requests.count == 1)
        #expect(try content("a") + content("b") == "onetwo")
    }

    @Test("say what was wrong with both storages, and keep the file")
    func both() async throws {
        let server = try await FakeServer { _ in
            .init(status: .forbidden, body: "<Error><Code>AccessDenied</Code></Error>")
        }
        let session = try session(s3(server), backup: s3(server))
        let path = try file("a", "one")
        let error = await #expect(throws: StorageError.self) { try await session.stored(path, as: "a") }
        #expect(
            error?.description == "primary: S3 upload failed: HTTP 403: AccessDenied "
                + "backup: S3 upload failed: HTTP 403: AccessDenied"
        )
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("show no credential, even where a store repeats it")
    func secrets() async throws {
        let server = try await FakeServer { _ in
            .init(
                status: .forbidden,
                body: "<Error><Code>C</Code><Message>visible-key visible-secret visible-token</Message></Error>"
            )
        }
        let configuration = s3(server)
        let session = try session(configuration)
        let path = try file("a", "one")
        let error = await #expect(throws: StorageError.self) { try await session.stored(path, as: "a") }
        var dumped = ""
        dump(configuration, to: &dumped)
        let journal = try String(contentsOfFile: "\(folder.path)/uploads/journal.jsonl", encoding: .utf8)
        let shown =
            log.all + [
                "\(error.map { "\($0)" } ?? "")", String(reflecting: error), journal, dumped, "\(configuration)",
                String(reflecting: configuration), "\([configuration])",
            ]
        for text in shown { #expect(!text.contains("visible-"), "\(text)") }
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/uploads/session.json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("try a store that is not well again, and log it once")
    func retries() async throws {
        let count = Mutex(0)
        let server = try await FakeServer { _ in
            let isWell = count.withLock { count in
                count += 1
                return count > 6
            }
            return .init(status: isWell ? .ok : .serviceUnavailable)
        }
        _ = try await session(s3(server)).stored(try file("a", "one"), as: "a")
        #expect(server.requests.count == 7)
        #expect(log.all.count { $0.contains("an upload is tried again") } == 1)
    }

    @Test("send keys as they are, percent-encoded once")
    func keys() async throws {
        let server = try await FakeServer { _ in .init() }
        let session = try session(s3(server))
        let object = try await session.stored(try file("a", "x"), as: "/a +\u{E9}/*'()~%41?#.mp4")
        #expect(server.requests.map(\.uri) == ["/bucket//a%20%2B%C3%A9/%2A%27%28%29~%2541%3F%23.mp4"])
        #expect(object.location == "\(server.url)/bucket//a%20%2B%C3%A9/%2A%27%28%29~%2541%3F%23.mp4")
    }

    @Test("go through a proxy")
    func proxy() async throws {
        let server = try await FakeServer { _ in .init(status: .forbidden) }
        let proxy = ProxyConfiguration(url: server.url, username: "user", password: "pass")
        let transport = try HTTPTransport(proxy: proxy)
        let request = StoreRequest(method: .GET, scheme: "https", host: "bucket.store.invalid", path: "/a")
        let error = await #expect(throws: StoreFailure.self) { try await transport.send(request) }
        #expect(error?.kind == .outage)
        #expect(server.requests.map { "\($0.method) \($0.uri)" } == ["CONNECT bucket.store.invalid:443"])
        #expect(server.requests.first?.headers.first(name: "Proxy-Authorization") == "Basic dXNlcjpwYXNz")
        #expect("\(proxy)" == "proxy \(server.url.dropFirst(7))")
    }

    @Test("refuse at once what could never work")
    func unusable() throws {
        var s3 = S3Configuration(bucket: "bucket")
        s3.metadata = ["a": "b\r\nx: y"]
        let error = #expect(throws: StorageError.self) { try session(.s3(s3)) }
        #expect(error?.description == "S3 upload failed: metadata \"a\" has a control character in it")
    }

    @Test("send files in the order they were handed over")
    func order() async throws {
        let server = try await FakeServer { _ in .init() }
        let session = try session(s3(server))
        for number in 0..<20 {
            session.submit(try file("f\(number)", "x"), as: "f\(number)", contentType: "t") { _ in }
        }
        await session.settle()
        #expect(server.requests.map(\.uri) == (0..<20).map { "/bucket/f\($0)" })
    }

    @Test("call an upload off")
    func cancelling() async throws {
        let session = try session()
        let upload = session.grow(try file("a", "x"), as: "a", contentType: "t")
        upload.cancel()
        try await waitForJournal("\(folder.path)/uploads", toContain: "dropped")
        await #expect(throws: StorageError.cancelled(key: "a")) { try await upload.finished() }
        await session.settle()
    }

    @Test("of a folder that has a journal have to be resumed")
    func occupied() throws {
        _ = try session()
        #expect(throws: StorageError.self) { try session() }
        #expect(UploadSession.isResumable("\(folder.path)/uploads"))
    }

    @Test("resume to the local disk, and report what had been stored before")
    func resumeLocal() async throws {
        let path = try file("b", "abcdef")
        do {
            let session = try session()
            _ = try await session.stored(try file("a", "one"), as: "a")
            let upload = session.grow(path, as: "b", contentType: "video/mp4")
            upload.grown(to: 3)
            withExtendedLifetime(upload) {}
        }
        let results = try await UploadSession.resume(folder: "\(folder.path)/uploads", logger: log.logger) { _, _ in
            FileEnding(length: 4)
        }
        #expect(results.map(\.key) == ["a", "b"])
        #expect(results.map(\.grew) == [false, true])
        #expect(try results.map { try $0.result.get().size } == [3, 4])
        #expect(try content("b") == "abcd")
    }
}
