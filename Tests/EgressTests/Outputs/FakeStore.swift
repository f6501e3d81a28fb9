import Foundation
import Logging
import Storage
import Synchronization

@testable import Egress

/// A storage in memory that answers when it is told to.
final class FakeStore: OutputStore {
    struct Upload: Sendable {
        var key: String
        var content: [UInt8]
        var contentType: String
        fileprivate var completion: @Sendable (Result<StoredObject, StorageError>) -> Void
    }

    private struct State {
        var waiting: [Upload] = []
        var objects: [String: [UInt8]] = [:]
        var types: [String: String] = [:]
        var order: [String] = []
        var isBackup = false
        var grown: [Int64] = []
        var cancelled: [String] = []
    }

    private let state = Mutex(State())
    private let isPrompt: Bool

    /// A storage that answers at once, or when `answer` is called.
    init(isPrompt: Bool = true) {
        self.isPrompt = isPrompt
    }

    var objects: [String: [UInt8]] { state.withLock { $0.objects } }
    var types: [String: String] { state.withLock { $0.types } }
    /// The keys in the order in which they were stored.
    var order: [String] { state.withLock { $0.order } }
    var waiting: [String] { state.withLock { $0.waiting.map(\.key) } }
    var grown: [Int64] { state.withLock { $0.grown } }
    var cancelled: [String] { state.withLock { $0.cancelled } }
    var backupWasUsed: Bool {
        get { state.withLock { $0.isBackup } }
        set { state.withLock { $0.isBackup = newValue } }
    }

    func text(_ key: String) -> String? { objects[key].map { String(decoding: $0, as: UTF8.self) } }

    /// Stores the first waiting upload that `matches`, or fails it; false if there is none.
    @discardableResult
    func answer(failing error: StorageError? = nil, _ matches: (String) -> Bool = { _ in true }) -> Bool {
        let upload: Upload? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { matches($0.key) }) else { return nil }
            return state.waiting.remove(at: index)
        }
        guard let upload else { return false }
        if let error { upload.completion(.failure(error)) } else { store(upload) }
        return true
    }

    private func store(_ upload: Upload) {
        state.withLock { state in
            state.objects[upload.key] = upload.content
            state.types[upload.key] = upload.contentType
            state.order.append(upload.key)
        }
        upload.completion(
            .success(StoredObject(location: "https://store/\(upload.key)", size: Int64(upload.content.count)))
        )
    }

    private func take(_ upload: Upload) {
        if isPrompt { store(upload) } else { state.withLock { $0.waiting.append(upload) } }
    }

    func submit(
        _ path: String,
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        let content = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        try? FileManager.default.removeItem(atPath: path)
        take(Upload(key: key, content: [UInt8](content), contentType: contentType, completion: completion))
    }

    func submit(
        _ bytes: [UInt8],
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        take(Upload(key: key, content: bytes, contentType: contentType, completion: completion))
    }

    func growing(_ path: String, as key: String, contentType: String) -> any GrowingFile {
        Growth(store: self, path: path, key: key, contentType: contentType)
    }

    /// Takes what has grown when it is told, so that a change of it afterwards shows.
    private final class Growth: GrowingFile {
        let store: FakeStore
        let path: String
        let key: String
        let contentType: String
        let content = Mutex<[UInt8]>([])

        init(store: FakeStore, path: String, key: String, contentType: String) {
            (self.store, self.path, self.key, self.contentType) = (store, path, key, contentType)
        }

        private func take(to length: Int64?) {
            let file = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
            content.withLock { content in
                let end = length.map { Int($0) } ?? file.count
                precondition(end <= file.count, "what is announced is on disk")
                content += file[content.count..<end]
            }
        }

        func grown(to length: Int64) {
            take(to: length)
            store.state.withLock { $0.grown.append(length) }
        }

        func finish(
            head: [UInt8]?,
            replacing count: Int,
            completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
        ) {
            take(to: nil)
            let whole = content.withLock { $0 }
            // The first part is read at the end: its 64 KiB stand for the 5 MiB of a real one.
            let file = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data())
            let current = Array(file.prefix(65_536)) + whole.dropFirst(65_536)
            let object = head.map { $0 + current.dropFirst(count) } ?? current
            store.take(Upload(key: key, content: object, contentType: contentType, completion: completion))
        }

        func cancel() { store.state.withLock { $0.cancelled.append(key) } }
    }
}

/// What a job gives its outputs, and hears of them.
final class OutputBench: Sendable {
    let folder: TemporaryFolder
    let store: FakeStore
    private let reported = Mutex<[OutputReport]>([])

    init(store: FakeStore = FakeStore()) throws {
        folder = try TemporaryFolder()
        self.store = store
        for name in ["work", "recordings"] {
            try FileManager.default.createDirectory(atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
    }

    var reports: [OutputReport] { reported.withLock { $0 } }
    var recordings: String { "\(folder.path)/recordings" }
    var work: String { "\(folder.path)/work" }

    /// With the storage in memory, or the real one.
    func context(isReal: Bool = false) -> OutputContext {
        var context = OutputContext(
            egressID: "EG_test",
            workFolder: work,
            recordings: recordings,
            names: FileNameValues(roomID: "RM_test", roomName: "den", unixMilliseconds: 1_700_000_000_000),
            report: { [self] report in reported.withLock { $0.append(report) } },
            now: { 1_700_000_000_000_000_000 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let store = store
        if !isReal { context.stores = OutputStores { _, _, _, _ in store } }
        return context
    }

    /// The first failure that was reported.
    var failure: JobFailure? {
        for case .failed(let failure) in reports { return failure }
        return nil
    }
}

extension StorageConfiguration {
    static var bucket: StorageConfiguration { .s3(S3Configuration(bucket: "b")) }
}
