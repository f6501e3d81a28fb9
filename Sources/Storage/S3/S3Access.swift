import NIOCore
import NIOHTTP1

/// The credentials and the region of one bucket, found once and kept until they grow old.
///
/// Credentials come from the configuration; without a key from the chain of AWS: environment, web identity, container,
/// instance. With a role's ARN they are used to take that role on.
actor S3Access {
    private let configuration: S3Configuration
    private let chain: S3CredentialChain
    private let tokens: SecurityTokenService
    private let transport: HTTPTransport
    private let environment: StorageEnvironment
    private var known: S3Credentials?
    private var knownRegion: String?

    /// - Parameter direct: reaches the services of this machine, past any proxy.
    init(
        _ configuration: S3Configuration,
        transport: HTTPTransport,
        direct: HTTPTransport,
        environment: StorageEnvironment
    ) {
        self.configuration = configuration
        self.transport = transport
        self.environment = environment
        tokens = SecurityTokenService(transport: transport, environment: environment)
        chain = S3CredentialChain(transport: direct, tokens: tokens, environment: environment)
    }

    /// Credentials that are good now.
    func credentials() async throws(StoreFailure) -> S3Credentials {
        if let known, known.areFresh(at: environment.clock.now()) { return known }
        let region = try await region()
        var found: S3Credentials
        if configuration.accessKey.isEmpty {
            found = try await chain.find(region: region)
        } else {
            found = S3Credentials(
                accessKey: configuration.accessKey,
                secret: configuration.secret,
                sessionToken: configuration.sessionToken
            )
        }
        if !configuration.assumeRoleARN.isEmpty {
            found = try await tokens.assume(
                configuration.assumeRoleARN,
                externalID: configuration.assumeRoleExternalID,
                by: found,
                region: region
            )
        }
        known = found
        return found
    }

    /// Asks for new ones next time.
    func forget() { known = nil }

    /// The bucket's region: as given, or as S3 says, or that of the environment.
    ///
    /// Other stores than Amazon's have none, but a signature needs one: `us-east-1`.
    ///
    /// - Throws: `StoreFailure.outage` if S3 does not answer and nothing else says it.
    func region() async throws(StoreFailure) -> String {
        if let knownRegion { return knownRegion }
        let found: String
        if !configuration.region.isEmpty {
            found = configuration.region
        } else if !configuration.endpoint.isEmpty {
            found = defaultRegion
        } else {
            found = try await askRegion()
        }
        knownRegion = found
        return found
    }

    /// S3 names the region of a bucket to everybody, even where it refuses the request itself.
    private func askRegion() async throws(StoreFailure) -> String {
        let request = StoreRequest(
            method: .HEAD,
            scheme: "https",
            host: "s3.us-east-1.amazonaws.com",
            path: "/\(encodedPath(configuration.bucket))"
        )
        let ofEnvironment = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"]
        do {
            let answer = try await transport.send(request, timeout: .seconds(10))
            return answer.headers.first(name: "x-amz-bucket-region") ?? ofEnvironment ?? defaultRegion
        } catch {
            // A private network may reach its own region alone.
            guard let ofEnvironment else { throw error }
            return ofEnvironment
        }
    }
}

private let defaultRegion = "us-east-1"
