import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// Where AWS credentials come from when none are given, in the order of AWS's own libraries.
struct S3CredentialChain: Sendable {
    let transport: HTTPTransport
    let tokens: SecurityTokenService
    let environment: StorageEnvironment

    /// The first credentials there are.
    ///
    /// - Throws: `StoreFailure.uncertain` if nothing has any, `.outage` or `.refused` if what should have them fails.
    func find(region: String) async throws(StoreFailure) -> S3Credentials {
        if let key = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] {
            return S3Credentials(
                accessKey: key,
                secret: secret,
                sessionToken: environment["AWS_SESSION_TOKEN"] ?? ""
            )
        }
        if let role = environment["AWS_ROLE_ARN"], let path = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] {
            let token = try content(of: path, named: "AWS_WEB_IDENTITY_TOKEN_FILE")
            return try await tokens.assume(role, webIdentity: token, region: region)
        }
        if let request = try containerRequest() { return try await fetch(request, from: "the container's credentials") }
        if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" { return try await instance() }
        throw nothingFound
    }

    /// Credentials of a container (ECS, EKS pod identity); nil if this is none.
    private func containerRequest() throws(StoreFailure) -> StoreRequest? {
        let address: ServiceAddress?
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            address = ServiceAddress("http://169.254.170.2\(path)")
        } else if let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            address = ServiceAddress(url)
        } else {
            return nil
        }
        guard let address else {
            throw StoreFailure(
                .refused,
                "the address of the container's credentials is not of the form http://host/path"
            )
        }
        var request = StoreRequest(
            method: .GET,
            scheme: address.scheme,
            host: address.authority,
            path: address.path.isEmpty ? "/" : address.path
        )
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            let token = try content(of: path, named: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
            request.headers.append(("Authorization", token))
        } else if let token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            request.headers.append(("Authorization", token))
        }
        return request
    }

    /// The role of an instance, by version 2 of its metadata service: a token first, then the role's name, then its
    /// credentials.
    private func instance() async throws(StoreFailure) -> S3Credentials {
        guard let address = ServiceAddress(environment.awsMetadata) else { throw nothingFound }
        func request(_ method: HTTPMethod, _ path: String, _ headers: [(name: String, value: String)]) -> StoreRequest {
            StoreRequest(
                method: method,
                scheme: address.scheme,
                host: address.authority,
                path: address.path + path,
                headers: headers
            )
        }
        let token: StoreResponse
        do {
            token = try await transport.send(
                request(.PUT, "/latest/api/token", [("X-aws-ec2-metadata-token-ttl-seconds", "21600")]),
                timeout: metadataTimeout
            )
        } catch {
            throw nothingFound
        }
        guard token.isSuccess else { throw nothingFound }
        let headers = [(name: "X-aws-ec2-metadata-token", value: token.body)]
        let folder = "/latest/meta-data/iam/security-credentials/"
        let role = try await transport.send(request(.GET, folder, headers), timeout: metadataTimeout)
        guard role.isSuccess, let name = role.body.split(whereSeparator: \.isNewline).first else { throw nothingFound }
        return try await fetch(
            request(.GET, folder + encodedPath(String(name)), headers),
            from: "the instance's metadata"
        )
    }

    private func fetch(_ request: StoreRequest, from source: String) async throws(StoreFailure) -> S3Credentials {
        let answer = try await transport.send(request, timeout: metadataTimeout)
        guard answer.isSuccess else { throw StoreFailure(.uncertain, "\(source): HTTP \(answer.status)") }
        guard let found = try? JSONDecoder().decode(MetadataCredentials.self, from: Data(answer.body.utf8)) else {
            throw StoreFailure(.uncertain, "\(source): the answer has no credentials")
        }
        return S3Credentials(
            accessKey: found.AccessKeyId,
            secret: found.SecretAccessKey,
            sessionToken: found.Token ?? "",
            expires: found.Expiration.flatMap(unixMilliseconds(of:))
        )
    }

    private func content(of path: String, named variable: String) throws(StoreFailure) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw StoreFailure(.uncertain, "the file of \(variable) cannot be read")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var nothingFound: StoreFailure {
        StoreFailure(
            .uncertain,
            "there are no AWS credentials: give access_key and secret, or run with those of the environment, a web identity, "
                + "a container or an instance role"
        )
    }
}

/// As container and instance give them.
private struct MetadataCredentials: Decodable {
    var AccessKeyId: String
    var SecretAccessKey: String
    var Token: String?
    var Expiration: String?
}

/// It answers from the same machine, or not at all.
private let metadataTimeout = TimeAmount.seconds(5)

/// `2013-05-24T00:00:00Z`, with or without fractions, as milliseconds since 1970.
func unixMilliseconds(of text: String) -> Int64? {
    let parts = text.split(whereSeparator: { !$0.isNumber })
    guard parts.count >= 6, text.hasSuffix("Z") else { return nil }
    let format = "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z"
    guard let date = try? Date(format, strategy: .iso8601) else { return nil }
    return Int64(date.timeIntervalSince1970 * 1000)
}

/// The SHA-256 of a text, in hexadecimal.
func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }
