import NIOCore
import NIOHTTP1

/// The service of AWS that hands out credentials for roles.
struct SecurityTokenService: Sendable {
    let transport: HTTPTransport
    let environment: StorageEnvironment

    /// Takes a role on with credentials of one's own.
    func assume(
        _ role: String,
        externalID: String,
        by credentials: S3Credentials,
        region: String
    ) async throws(StoreFailure) -> S3Credentials {
        var form = [("RoleArn", role), ("RoleSessionName", sessionName), ("DurationSeconds", "3600")]
        if !externalID.isEmpty { form.append(("ExternalId", externalID)) }
        return try await call("AssumeRole", form, region: region, credentials: credentials)
    }

    /// Takes a role on with the token of a web identity (a Kubernetes service account, for one).
    func assume(_ role: String, webIdentity token: String, region: String) async throws(StoreFailure) -> S3Credentials {
        let form = [("RoleArn", role), ("RoleSessionName", sessionName), ("WebIdentityToken", token)]
        return try await call("AssumeRoleWithWebIdentity", form, region: region, credentials: nil)
    }

    private var sessionName: String { environment["AWS_ROLE_SESSION_NAME"] ?? "sluice" }

    private func call(
        _ action: String,
        _ form: [(String, String)],
        region: String,
        credentials: S3Credentials?
    ) async throws(StoreFailure) -> S3Credentials {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let endpoint = environment["AWS_ENDPOINT_URL_STS"] ?? "https://sts.\(region).\(domain)"
        guard let address = ServiceAddress(endpoint) else {
            throw StoreFailure(.refused, "AWS_ENDPOINT_URL_STS is not of the form https://host:port")
        }
        let fields = [("Action", action), ("Version", "2011-06-15")] + form
        let body = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        var request = StoreRequest(
            method: .POST,
            scheme: address.scheme,
            host: address.authority,
            path: "\(address.path)/",
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: ByteBuffer(string: body)
        )
        if let credentials {
            SignatureV4(credentials: credentials, region: region, service: "sts").sign(
                &request,
                payloadHash: sha256(body),
                unixMilliseconds: environment.clock.now()
            )
        }
        let answer = try await transport.send(request, timeout: .seconds(30))
        guard answer.isSuccess else {
            let failure = StoreRefusal(answer).failure
            throw StoreFailure(failure.kind, "\(action): \(failure.reason)")
        }
        guard let key = text(of: "AccessKeyId", in: answer.body),
            let secret = text(of: "SecretAccessKey", in: answer.body),
            let token = text(of: "SessionToken", in: answer.body)
        else { throw StoreFailure(.uncertain, "\(action): the answer has no credentials") }
        return S3Credentials(
            accessKey: key,
            secret: secret,
            sessionToken: token,
            expires: text(of: "Expiration", in: answer.body).flatMap(unixMilliseconds(of:))
        )
    }
}
