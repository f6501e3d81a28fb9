import NIOCore
import NIOHTTP1

/// A bucket behind the multipart protocol of S3.
struct BucketStore<Dialect: BucketDialect>: ObjectStore {
    let dialect: Dialect

    var name: String { dialect.name }

    func put(_ body: ByteBuffer, as key: String, contentType: String) async throws(StoreFailure) {
        _ = try await send(
            .PUT,
            key,
            headers: dialect.creationHeaders(contentType: contentType),
            body: body
        )
    }

    func begin(_ key: String, contentType: String) async throws(StoreFailure) -> String {
        let answer = try await send(
            .POST,
            key,
            query: [("uploads", nil)],
            headers: dialect.creationHeaders(contentType: contentType)
        )
        guard let upload = text(of: "UploadId", in: answer.body), !upload.isEmpty else {
            throw StoreFailure(.uncertain, "the answer to a new multipart upload has no UploadId")
        }
        return upload
    }

    func send(
        _ body: ByteBuffer,
        part number: Int,
        of upload: String,
        key: String
    ) async throws(StoreFailure) -> String {
        let answer = try await send(
            .PUT,
            key,
            query: [("partNumber", String(number)), ("uploadId", upload)],
            body: body
        )
        guard let tag = answer.headers.first(name: "ETag"), !tag.isEmpty else {
            throw StoreFailure(.uncertain, "the answer to part \(number) has no ETag")
        }
        return tag
    }

    func complete(
        _ upload: String,
        key: String,
        parts: [(number: Int, tag: String)],
        contentType: String
    ) async throws(StoreFailure) {
        let list = parts.map { number, tag in
            "<Part><PartNumber>\(number)</PartNumber><ETag>\(escapedXML(tag))</ETag></Part>"
        }
        let answer = try await send(
            .POST,
            key,
            query: [("uploadId", upload)],
            headers: [("Content-Type", "application/xml")],
            body: ByteBuffer(string: "<CompleteMultipartUpload>\(list.joined())</CompleteMultipartUpload>")
        )
        // S3 says 200 before it knows: the answer's body may still be an error.
        if answer.body.contains("<Error>") { throw await failure(answer) }
    }

    func knows(_ upload: String, key: String) async throws(StoreFailure) -> Bool {
        do {
            _ = try await send(.GET, key, query: [("max-parts", "1"), ("uploadId", upload)])
            return true
        } catch {
            if error.kind == .lostUpload { return false }
            throw error
        }
    }

    func abort(_ upload: String, key: String) async throws(StoreFailure) {
        _ = try await send(.DELETE, key, query: [("uploadId", upload)])
    }

    func location(of key: String) async throws(StoreFailure) -> String {
        do {
            return try await dialect.location(of: key)
        } catch {
            throw StoreFailure(error.kind, dialect.secrets.hidden(in: error.reason))
        }
    }

    private func send(
        _ method: HTTPMethod,
        _ key: String,
        query: [(name: String, value: String?)] = [],
        headers: [(name: String, value: String)] = [],
        body: ByteBuffer = ByteBuffer()
    ) async throws(StoreFailure) -> StoreResponse {
        do throws(StoreFailure) {
            var request = try await dialect.address(of: key)
            request.method = method
            request.query = query
            request.headers = headers
            request.body = body
            try await dialect.sign(&request, key: key)
            let answer = try await dialect.transport.send(request)
            guard answer.isSuccess else { throw await failure(answer) }
            return answer
        } catch {
            throw StoreFailure(error.kind, dialect.secrets.hidden(in: error.reason))
        }
    }

    private func failure(_ answer: StoreResponse) async -> StoreFailure {
        let refusal = StoreRefusal(answer)
        if refusal.isAboutCredentials { await dialect.forgetCredentials() }
        return refusal.failure
    }
}
