import Foundation
import NIOCore
import NIOHTTP1

/// Azure Blob Storage: block blobs with a shared key.
///
/// A multipart upload is a list of blocks. There is nothing to begin: its identifier is ours and is a part of the
/// blocks' names.
struct AzureStore: ObjectStore {
    private let configuration: AzureConfiguration
    private let key: AzureSharedKey
    private let endpoint: ServiceAddress
    private let transport: HTTPTransport
    private let secrets: Secrets
    private let clock: WallClock

    init(
        _ configuration: AzureConfiguration,
        environment: StorageEnvironment,
        endpoint: String? = nil
    ) throws(StoreFailure) {
        guard !configuration.accountName.isEmpty, !configuration.container.isEmpty else {
            throw StoreFailure(.refused, "account_name and container_name are needed")
        }
        let text = endpoint ?? "https://\(configuration.accountName).blob.core.windows.net"
        guard let address = ServiceAddress(text) else {
            throw StoreFailure(.refused, "\"\(configuration.accountName)\" is no account's name")
        }
        self.endpoint = address
        self.configuration = configuration
        key = try AzureSharedKey(account: configuration.accountName, key: configuration.accountKey)
        transport = try HTTPTransport()
        secrets = Secrets([configuration.accountKey])
        clock = environment.clock
    }

    var name: String { "Azure" }

    func put(_ body: ByteBuffer, as key: String, contentType: String) async throws(StoreFailure) {
        let headers = [(name: "Content-Type", value: contentType), ("x-ms-blob-type", "BlockBlob")]
        try await send(.PUT, key, headers: headers, body: body)
    }

    func begin(_ key: String, contentType: String) async throws(StoreFailure) -> String {
        hexadecimal((0..<8).map { _ in UInt8.random(in: .min ... .max) })
    }

    func send(
        _ body: ByteBuffer,
        part number: Int,
        of upload: String,
        key: String
    ) async throws(StoreFailure) -> String {
        // All names of a blob's blocks have to have one length.
        let digits = String(number)
        let name = "\(upload)-\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits)"
        let block = Data(name.utf8).base64EncodedString()
        try await send(.PUT, key, query: [("blockid", block), ("comp", "block")], body: body)
        return block
    }

    func complete(
        _ upload: String,
        key: String,
        parts: [(number: Int, tag: String)],
        contentType: String
    ) async throws(StoreFailure) {
        let list = parts.map { "<Latest>\($0.tag)</Latest>" }.joined()
        try await send(
            .PUT,
            key,
            query: [("comp", "blocklist")],
            headers: [("Content-Type", "application/xml"), ("x-ms-blob-content-type", contentType)],
            body: ByteBuffer(string: "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(list)</BlockList>")
        )
    }

    /// Blocks that are gone show when the list is sent.
    func knows(_ upload: String, key: String) async throws(StoreFailure) -> Bool { true }

    /// Azure forgets blocks that no list names after a week.
    func abort(_ upload: String, key: String) async throws(StoreFailure) {}

    func location(of key: String) async throws(StoreFailure) -> String {
        let url = request(.GET, key).url
        guard configuration.generatePresignedURL else { return url }
        let resource = "/blob/\(configuration.accountName)/\(configuration.container)/\(key)"
        return "\(url)?\(self.key.readAccess(resource, seconds: presignedSeconds, unixMilliseconds: clock.now()))"
    }

    private func request(_ method: HTTPMethod, _ key: String) -> StoreRequest {
        StoreRequest(
            method: method,
            scheme: endpoint.scheme,
            host: endpoint.authority,
            path: "\(endpoint.path)/\(encodedPath(configuration.container))/\(encodedPath(key))"
        )
    }

    private func send(
        _ method: HTTPMethod,
        _ key: String,
        query: [(name: String, value: String?)] = [],
        headers: [(name: String, value: String)] = [],
        body: ByteBuffer
    ) async throws(StoreFailure) {
        var request = request(method, key)
        request.query = query
        request.headers = headers
        request.body = body
        self.key.sign(&request, unixMilliseconds: clock.now())
        do throws(StoreFailure) {
            let answer = try await transport.send(request)
            guard answer.isSuccess else { throw StoreRefusal(answer).failure }
        } catch {
            throw StoreFailure(error.kind, secrets.hidden(in: error.reason))
        }
    }
}
