import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// Alibaba Cloud OSS, with version 1 of its signature.
struct AliOSSDialect: BucketDialect {
    private let configuration: AliOSSConfiguration
    private let endpoint: ServiceAddress
    private let clock: WallClock
    let transport: HTTPTransport
    let secrets: Secrets

    init(_ configuration: AliOSSConfiguration, environment: StorageEnvironment) throws(StoreFailure) {
        guard !configuration.bucket.isEmpty else { throw StoreFailure(.refused, "no bucket is given") }
        guard let endpoint = ServiceAddress(configuration.endpoint) else {
            throw StoreFailure(
                .refused,
                "the endpoint \"\(configuration.endpoint)\" is not of the form oss-cn-hangzhou.aliyuncs.com"
            )
        }
        self.configuration = configuration
        self.endpoint = endpoint
        clock = environment.clock
        transport = try HTTPTransport()
        secrets = Secrets([configuration.accessKey, configuration.secret])
    }

    var name: String { "AliOSS" }

    func creationHeaders(contentType: String) -> [(name: String, value: String)] {
        [("Content-Type", contentType)]
    }

    func address(of key: String) async throws(StoreFailure) -> StoreRequest { object(key) }

    func sign(_ request: inout StoreRequest, key: String) async throws(StoreFailure) {
        let date = CalendarTime(unixMilliseconds: clock.now()).http
        request.headers.append(("Date", date))
        let signature = signature(request, key: key, date: date)
        request.headers.append(("Authorization", "OSS \(configuration.accessKey):\(signature)"))
    }

    func location(of key: String) async throws(StoreFailure) -> String {
        var request = object(key)
        guard configuration.generatePresignedURL else { return request.url }
        let expires = String(clock.now() / 1000 + Int64(presignedSeconds))
        let signature = signature(request, key: key, date: expires)
        request.query = [
            ("OSSAccessKeyId", configuration.accessKey), ("Expires", expires), ("Signature", signature),
        ]
        return request.url
    }

    private func object(_ key: String) -> StoreRequest {
        let isPathStyle = endpoint.isAddressOrLocal
        let bucket = encodedPath(configuration.bucket)
        return StoreRequest(
            method: .GET,
            scheme: endpoint.scheme,
            host: isPathStyle ? endpoint.authority : "\(configuration.bucket).\(endpoint.authority)",
            path: "\(endpoint.path)\(isPathStyle ? "/\(bucket)" : "")/\(encodedPath(key))"
        )
    }

    /// HMAC-SHA1 over method, content hash, type, date, `x-oss-` headers and the resource.
    func signature(_ request: StoreRequest, key: String, date: String) -> String {
        let query = request.query.filter { signedQueries.contains($0.name) }.sorted { $0.name < $1.name }
            .map { name, value in value.map { "\(name)=\($0)" } ?? name }
        let resource = "/\(configuration.bucket)/\(key)" + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
        let headers = request.headers.map { (name: $0.name.lowercased(), value: $0.value) }
            .filter { $0.name.hasPrefix("x-oss-") }.sorted { $0.name < $1.name }
            .map { "\($0.name):\($0.value)\n" }.joined()
        let hash = request.header("Content-MD5") ?? ""
        let type = request.header("Content-Type") ?? ""
        let text = "\(request.method.rawValue)\n\(hash)\n\(type)\n\(date)\n\(headers)\(resource)"
        let key = SymmetricKey(data: Array(configuration.secret.utf8))
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: Array(text.utf8), using: key)
        return Data(code).base64EncodedString()
    }
}

/// The query parameters that name a part of the resource.
private let signedQueries: Set = ["uploads", "uploadId", "partNumber"]
