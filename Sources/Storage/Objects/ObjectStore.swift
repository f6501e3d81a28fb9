import NIOCore

/// A store of objects by keys, all of one bucket.
///
/// A multipart upload may send its parts in any order, and a part again: the last one counts.
protocol ObjectStore: Sendable {
    /// What errors call it.
    var name: String { get }
    /// Stores a whole object.
    func put(_ body: ByteBuffer, as key: String, contentType: String) async throws(StoreFailure)
    /// Begins a multipart upload and returns its identifier.
    func begin(_ key: String, contentType: String) async throws(StoreFailure) -> String
    /// Sends part `number`, counted from 1, and returns its tag.
    func send(_ body: ByteBuffer, part number: Int, of upload: String, key: String) async throws(StoreFailure) -> String
    /// Makes an object of the parts, given by their tags in order of their numbers.
    func complete(
        _ upload: String,
        key: String,
        parts: [(number: Int, tag: String)],
        contentType: String
    ) async throws(StoreFailure)
    /// Whether the store still has a multipart upload.
    func knows(_ upload: String, key: String) async throws(StoreFailure) -> Bool
    /// Gives a multipart upload up.
    func abort(_ upload: String, key: String) async throws(StoreFailure)
    /// Where an object can be fetched.
    func location(of key: String) async throws(StoreFailure) -> String
}

/// The key below a storage's prefix.
///
/// Without a prefix the key stays as it is, a leading `/` included.
func prefixed(_ key: String, with prefix: String) -> String {
    var prefix = prefix[...]
    while prefix.hasSuffix("/") { prefix.removeLast() }
    guard !prefix.isEmpty else { return key }
    return "\(prefix)/\(key.drop { $0 == "/" })"
}
