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
        transport = try HTTPTransport(proxy: configuration.proxy)
        clock = environment.clock
        access = S3Access(configuration, transport: transport, environment: environment)
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
        try S3Endpoint(configuration, region: await access.region()).request(for: key)
    }

    func sign(_ request: inout StoreRequest, key: String) async throws(StoreFailure) {
        let hash = hexadecimal(SHA256.hash(data: Array(request.body.readableBytesView)))
        try await signature().sign(&request, payloadHash: hash, unixMilliseconds: clock.now())
    }

    func forgetCredentials() async { await access.forget() }

    func location(of key: String) async throws(StoreFailure) -> String {
        let endpoint = try S3Endpoint(configuration, region: await access.region())
        guard configuration.generatePresignedURL else { return endpoint.location(of: key) }
        return try await signature().presigned(
            endpoint.request(for: key),
            seconds: presignedSeconds,
            unixMilliseconds: clock.now()
        )
    }

    private func signature() async throws(StoreFailure) -> SignatureV4 {
        SignatureV4(credentials: try await access.credentials(), region: await access.region(), service: "s3")
    }
}

/// How long a presigned address works: seven days, the most that Signature Version 4 allows.
let presignedSeconds = 7 * 86_400
