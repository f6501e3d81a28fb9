import NIOCore

/// A store whose keys all lie below a prefix.
struct PrefixedStore: ObjectStore {
    private let store: any ObjectStore
    private let prefix: String

    init(_ store: any ObjectStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    var name: String { store.name }

    func put(_ body: ByteBuffer, as key: String, contentType: String) async throws(StoreFailure) {
        try await store.put(body, as: prefixed(key, with: prefix), contentType: contentType)
    }

    func begin(_ key: String, contentType: String) async throws(StoreFailure) -> String {
        try await store.begin(prefixed(key, with: prefix), contentType: contentType)
    }

    func send(
        _ body: ByteBuffer,
        part number: Int,
        of upload: String,
        key: String
    ) async throws(StoreFailure) -> String {
        try await store.send(body, part: number, of: upload, key: prefixed(key, with: prefix))
    }

    func complete(
        _ upload: String,
        key: String,
        parts: [(number: Int, tag: String)],
        contentType: String
    ) async throws(StoreFailure) {
        try await store.complete(upload, key: prefixed(key, with: prefix), parts: parts, contentType: contentType)
    }

    func knows(_ upload: String, key: String) async throws(StoreFailure) -> Bool {
        try await store.knows(upload, key: prefixed(key, with: prefix))
    }

    func abort(_ upload: String, key: String) async throws(StoreFailure) {
        try await store.abort(upload, key: prefixed(key, with: prefix))
    }

    func location(of key: String) async throws(StoreFailure) -> String {
        try await store.location(of: prefixed(key, with: prefix))
    }
}
