import Crypto
import NIOCore

/// Amazon S3 and what speaks its protocol.
struct S3Dialect: BucketDialect {
    private let configuration: S3Configuration
    private let access: S3Access
    let transport: HTTPTransport
    let secrets: Secrets
    private let clock: WallClock

    init(_ configuration: S3Configuration, environment: StorageEnvironment) throws(StoreFailure) {
        self.configuration = configuration
        try Self.check(configuration)
        transport = try HTTPTransport(proxy: configuration.proxy)
        let direct = configuration.proxy == nil ? transport : try HTTPTransport()
        clock = environment.clock
        access = S3Access(configuration, transport: transport, direct: direct, environment: environment)
        secrets = Secrets([
            configuration.accessKey, configuration.secret, configuration.sessionToken,
            configuration.proxy?.password ?? "", environment["AWS_ACCESS_KEY_ID"] ?? "",
            environment["AWS_SECRET_ACCESS_KEY"] ?? "", environment["AWS_SESSION_TOKEN"] ?? "",
        ])
    }

    var name: String { "S3" }

    func creationHeaders(contentType: String) -> [(name: String, value: String)] {
        var headers = [(name: "Content-Type", value: contentType)]
        let disposition = configuration.contentDisposition
        headers.append(("Content-Disposition", disposition.isEmpty ? "inline" : disposition))
        if !configuration.tagging.isEmpty { headers.append(("x-amz-tagging", configuration.tagging)) }
        for (name, value) in configuration.metadata.sorted(by: { $0.key < $1.key }) {
            headers.append(("x-amz-meta-\(name.lowercased())", value))
        }
        return headers
    }

    func address(of key: String) async throws(StoreFailure) -> StoreRequest {
        try S3Endpoint(configuration, region: try await access.region()).request(for: key)
    }

    func sign(_ request: inout StoreRequest, key: String) async throws(StoreFailure) {
        var hash = SHA256()
        request.body.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        let signature = try await signature()
        signature.sign(&request, payloadHash: hexadecimal(hash.finalize()), unixMilliseconds: clock.now())
    }

    func forgetCredentials() async { await access.forget() }

    func location(of key: String) async throws(StoreFailure) -> String {
        let endpoint = try S3Endpoint(configuration, region: try await access.region())
        guard configuration.generatePresignedURL else { return endpoint.location(of: key) }
        return try await signature().presigned(
            endpoint.request(for: key),
            seconds: presignedSeconds,
            unixMilliseconds: clock.now()
        )
    }

    /// What becomes a header must not end one.
    private static func check(_ configuration: S3Configuration) throws(StoreFailure) {
        var fields = [("tagging", configuration.tagging), ("content_disposition", configuration.contentDisposition)]
        for (name, value) in configuration.metadata {
            fields.append(("metadata \"\(name)\"", value))
            guard !name.isEmpty, name.utf8.allSatisfy(isHeaderName) else {
                throw StoreFailure(.refused, "the name of metadata \"\(name)\" may have letters, digits, - and _ only")
            }
        }
        for (name, value) in fields where value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw StoreFailure(.refused, "\(name) has a control character in it")
        }
    }

    private func signature() async throws(StoreFailure) -> SignatureV4 {
        SignatureV4(credentials: try await access.credentials(), region: try await access.region(), service: "s3")
    }
}

private func isHeaderName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
    default: false
    }
}

/// How long a presigned address works: seven days, the most that Signature Version 4 allows.
let presignedSeconds = 7 * 86_400
