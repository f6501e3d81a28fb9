import NIOCore
import NIOHTTP1

/// Google Cloud Storage through its XML API, which takes parts in any order as S3 does; the JSON API's resumable
/// uploads want them in sequence, and a recording's first part comes last.
struct GoogleCloudDialect: BucketDialect {
    private let configuration: GoogleCloudConfiguration
    private let access: GoogleCloudAccess
    private let account: GoogleServiceAccount?
    private let clock: WallClock
    private let endpoint: ServiceAddress
    let transport: HTTPTransport
    let secrets: Secrets

    init(
        _ configuration: GoogleCloudConfiguration,
        environment: StorageEnvironment,
        endpoint: String = "https://storage.googleapis.com"
    ) throws(StoreFailure) {
        guard !configuration.bucket.isEmpty else { throw StoreFailure(.refused, "no bucket is given") }
        guard let address = ServiceAddress(endpoint) else {
            throw StoreFailure(.refused, "the endpoint is not of the form https://host:port")
        }
        self.endpoint = address
        self.configuration = configuration
        transport = try HTTPTransport(proxy: configuration.proxy)
        clock = environment.clock
        account = try GoogleServiceAccount.find(configuration.credentials, environment: environment)
        secrets = Secrets([account?.privateKey ?? "", configuration.proxy?.password ?? ""])
        let direct = configuration.proxy == nil ? transport : try HTTPTransport()
        access = GoogleCloudAccess(account, transport: transport, direct: direct, environment: environment)
    }

    var name: String { "GCP" }

    func creationHeaders(contentType: String) -> [(name: String, value: String)] {
        [("Content-Type", contentType)]
    }

    func address(of key: String) async throws(StoreFailure) -> StoreRequest {
        StoreRequest(
            method: .GET,
            scheme: endpoint.scheme,
            host: endpoint.authority,
            path: "\(endpoint.path)/\(encodedPath(configuration.bucket))/\(encodedPath(key))"
        )
    }

    func sign(_ request: inout StoreRequest, key: String) async throws(StoreFailure) {
        request.headers.append(("Authorization", "Bearer \(try await access.token())"))
    }

    func forgetCredentials() async { await access.forget() }

    func location(of key: String) async throws(StoreFailure) -> String {
        guard configuration.generatePresignedURL else {
            return "https://\(configuration.bucket).storage.googleapis.com/\(encodedPath(key))"
        }
        guard let account else {
            throw StoreFailure(.refused, "a presigned URL needs the JSON of a service account in credentials")
        }
        return try account.presigned(
            try await address(of: key),
            seconds: presignedSeconds,
            unixMilliseconds: clock.now()
        )
    }
}
