import Foundation
import NIOHTTP1
import Testing

@testable import Storage

/// 2026-01-02T03:04:05Z.
private let clock = WallClock { 1_767_323_045_000 }

@Suite("S3 credentials")
struct S3CredentialTests {
    private let json =
        #"{"AccessKeyId":"lent","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-02T04:04:05Z"}"#
    private let lent = S3Credentials(
        accessKey: "lent",
        secret: "s",
        sessionToken: "t",
        expires: 1_767_326_645_000
    )

    private func access(
        _ variables: [String: String],
        metadata: String = "http://127.0.0.1:1",
        _ change: (inout S3Configuration) -> Void = { _ in }
    ) throws -> S3Access {
        var s3 = S3Configuration(bucket: "bucket")
        s3.region = "eu-west-1"
        change(&s3)
        var environment = StorageEnvironment(variables: variables, clock: clock)
        environment.awsMetadata = metadata
        let transport = try HTTPTransport()
        return S3Access(s3, transport: transport, direct: transport, environment: environment)
    }

    private static func answer(_ action: String) -> String {
        "<\(action)Response><Credentials><AccessKeyId>lent</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            + "<SessionToken>t</SessionToken><Expiration>2026-01-02T04:04:05.000Z</Expiration></Credentials>"
    }

    @Test("that are given win over the environment's")
    func given() async throws {
        let access = try access(["AWS_ACCESS_KEY_ID": "e", "AWS_SECRET_ACCESS_KEY": "f"]) {
            ($0.accessKey, $0.secret, $0.sessionToken) = ("a", "b", "c")
        }
        #expect(try await access.credentials() == S3Credentials(accessKey: "a", secret: "b", sessionToken: "c"))
    }

    @Test("of the environment")
    func environment() async throws {
        let access = try access([
            "AWS_ACCESS_KEY_ID": "e", "AWS_SECRET_ACCESS_KEY": "f", "AWS_SESSION_TOKEN": "g",
        ])
        #expect(try await access.credentials() == S3Credentials(accessKey: "e", secret: "f", sessionToken: "g"))
    }

    @Test("of a role that is taken on, with its external id, signed for the token service")
    func role() async throws {
        let server = try await FakeServer { _ in .init(body: Self.answer("AssumeRole")) }
        let access = try access(["AWS_ENDPOINT_URL_STS": server.url]) {
            ($0.accessKey, $0.secret) = ("a", "b")
            ($0.assumeRoleARN, $0.assumeRoleExternalID) = ("arn:aws:iam::1:role/r", "x&y")
        }
        #expect(try await access.credentials() == lent)
        #expect(try await access.credentials() == lent)
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(
            request.text
                == "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
                + "&RoleSessionName=sluice&DurationSeconds=3600&ExternalId=x%26y"
        )
        #expect(
            request.headers.first(name: "Authorization")?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=a/20260102/eu-west-1/sts/aws4_request,"
            ) == true
        )
        await access.forget()
        _ = try await access.credentials()
        #expect(server.requests.count == 2)
    }

    @Test("of a web identity")
    func webIdentity() async throws {
        let folder = try TemporaryFolder()
        try folder.write("identity\n", to: "token")
        let server = try await FakeServer { _ in .init(body: Self.answer("AssumeRoleWithWebIdentity")) }
        let access = try access([
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_ROLE_ARN": "r", "AWS_ROLE_SESSION_NAME": "n",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "\(folder.path)/token",
        ])
        #expect(try await access.credentials() == lent)
        let request = try #require(server.requests.first)
        #expect(
            request.text
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r&RoleSessionName=n"
                + "&WebIdentityToken=identity"
        )
        #expect(!request.headers.contains(name: "Authorization"))
    }

    @Test("of a container")
    func container() async throws {
        let json = json
        let server = try await FakeServer { request in
            guard request.uri == "/creds", request.headers.first(name: "Authorization") == "pass" else {
                return .init(status: .forbidden)
            }
            return .init(body: json)
        }
        let access = try access([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/creds", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "pass",
        ])
        #expect(try await access.credentials() == lent)
    }

    @Test("of an instance, by a token")
    func instance() async throws {
        let json = json
        let server = try await FakeServer { request in
            switch (request.method, request.uri, request.headers.first(name: "X-aws-ec2-metadata-token")) {
            case (.PUT, "/latest/api/token", _): .init(body: "pass")
            case (.GET, "/latest/meta-data/iam/security-credentials/", "pass"): .init(body: "role\n")
            case (.GET, "/latest/meta-data/iam/security-credentials/role", "pass"): .init(body: json)
            default: .init(status: .unauthorized)
            }
        }
        #expect(try await access([:], metadata: server.url).credentials() == lent)
    }

    @Test("that are nowhere are an error that says where they could be")
    func nowhere() async throws {
        let access = try access([:])
        let error = await #expect(throws: StoreFailure.self) { try await access.credentials() }
        #expect(error?.kind == .uncertain)
        #expect(error?.reason.contains("give access_key and secret") == true)
    }
}

@Suite("S3 addresses")
struct S3EndpointTests {
    @Test(
        "of buckets",
        arguments: [
            ("", "b", false, "https://b.s3.eu-west-1.amazonaws.com/k%20y", "https://b.s3.amazonaws.com/k%20y"),
            ("", "b", true, "https://s3.eu-west-1.amazonaws.com/b/k%20y", "https://s3.amazonaws.com/b/k%20y"),
            ("", "b.c", false, "https://s3.eu-west-1.amazonaws.com/b.c/k%20y", "https://s3.amazonaws.com/b.c/k%20y"),
            ("https://minio.example", "b", false, "https://b.minio.example/k%20y", "https://b.minio.example/k%20y"),
            ("minio.example:9000/", "b", true, "https://minio.example:9000/b/k%20y", nil),
            ("http://127.0.0.1:9000", "b", false, "http://127.0.0.1:9000/b/k%20y", nil),
            ("http://[::1]:9000", "b", false, "http://[::1]:9000/b/k%20y", nil),
            ("http://localhost", "b", false, "http://localhost/b/k%20y", nil),
            ("https://store.example:443/root", "b", false, "https://b.store.example/root/k%20y", nil),
        ] as [(String, String, Bool, String, String?)]
    )
    func addresses(endpoint: String, bucket: String, isForced: Bool, url: String, location: String?) throws {
        var s3 = S3Configuration(bucket: bucket)
        (s3.endpoint, s3.forcePathStyle) = (endpoint, isForced)
        let address = try S3Endpoint(s3, region: "eu-west-1")
        #expect(address.request(for: "k y").url == url)
        #expect(address.location(of: "k y") == location ?? url)
    }

    @Test("that are none are refused", arguments: ["ftp://x", "https://", "host:port"])
    func refusals(endpoint: String) {
        var s3 = S3Configuration(bucket: "b")
        s3.endpoint = endpoint
        #expect(throws: StoreFailure.self) { try S3Endpoint(s3, region: "r") }
    }
}
