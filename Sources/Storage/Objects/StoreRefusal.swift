import NIOHTTP1

/// What an answer that is no success means: the XML errors of S3 and its kin, with their `Code` and `Message`.
struct StoreRefusal {
    /// The error.
    let failure: StoreFailure
    /// Whether new credentials might help.
    let isAboutCredentials: Bool

    init(_ answer: StoreResponse) {
        let code = text(of: "Code", in: answer.body) ?? answer.headers.first(name: "x-ms-error-code") ?? ""
        var parts = [answer.isSuccess ? "" : "HTTP \(answer.status)", code].filter { !$0.isEmpty }
        if let message = text(of: "Message", in: answer.body) {
            // Some stores append pages of detail.
            parts.append(String(message.prefix(300)))
        }
        if let region = answer.headers.first(name: "x-amz-bucket-region"), answer.status == 301 || answer.status == 400
        {
            parts.append("the bucket is in region \(region)")
        }
        isAboutCredentials = answer.status == 401 || credentialCodes.contains(code)
        failure = StoreFailure(
            Self.kind(status: answer.status, code: code, isAboutCredentials: isAboutCredentials),
            parts.joined(separator: ": ")
        )
    }

    private static func kind(status: Int, code: String, isAboutCredentials: Bool) -> StoreFailure.Kind {
        if code == "NoSuchUpload" || code == "InvalidPart" || code == "InvalidBlockList" { return .lostUpload }
        if outageCodes.contains(code) { return .outage }
        // A bucket that is just being made may not be there yet.
        if isAboutCredentials || code == "NoSuchBucket" { return .uncertain }
        return switch status {
        // A redirection that S3 calls temporary is over when the new bucket is known everywhere.
        case 307, 408, 429, 500...: .outage
        case 409: .uncertain
        default: .refused
        }
    }
}

/// Codes that come with a status that says less.
private let outageCodes: Set = ["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable", "ServerBusy"]
/// Credentials that were good once.
private let credentialCodes: Set = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]
