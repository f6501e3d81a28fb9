import Crypto
import NIOHTTP1

/// Signs requests as AWS asks for it (Signature Version 4).
struct SignatureV4 {
    var credentials: S3Credentials
    var region: String
    var service: String

    /// Adds `Host`, the date, the token and the signature to a request whose body has this hash.
    func sign(_ request: inout StoreRequest, payloadHash: String, unixMilliseconds: Int64) {
        let time = CalendarTime(unixMilliseconds: unixMilliseconds).signing
        request.headers.append(("Host", request.host))
        request.headers.append(("x-amz-date", time))
        if service == "s3" { request.headers.append(("x-amz-content-sha256", payloadHash)) }
        if !credentials.sessionToken.isEmpty {
            request.headers.append(("x-amz-security-token", credentials.sessionToken))
        }
        let headers = canonicalHeaders(request.headers)
        let canonical = canonicalRequest(request, headers: headers, payloadHash: payloadHash)
        let signature = signature(of: canonical, time: time)
        let names = headers.map(\.name).joined(separator: ";")
        request.headers.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope(time)),SignedHeaders=\(names),"
                    + "Signature=\(signature)"
            )
        )
    }

    /// The address of a request without headers that works for this many seconds by itself, whoever sends it.
    func presigned(_ request: StoreRequest, seconds: Int, unixMilliseconds: Int64) -> String {
        let time = CalendarTime(unixMilliseconds: unixMilliseconds).signing
        var request = request
        request.query += [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKey)/\(scope(time))"),
            ("X-Amz-Date", time), ("X-Amz-Expires", String(seconds)),
        ]
        if !credentials.sessionToken.isEmpty {
            request.query.append(("X-Amz-Security-Token", credentials.sessionToken))
        }
        request.query.append(("X-Amz-SignedHeaders", "host"))
        let canonical = canonicalRequest(
            request,
            headers: [("host", request.host)],
            payloadHash: "UNSIGNED-PAYLOAD"
        )
        request.query.append(("X-Amz-Signature", signature(of: canonical, time: time)))
        return request.url
    }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    private func signature(of canonical: String, time: String) -> String {
        let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope(time))\n\(hexadecimal(SHA256.hash(data: Array(canonical.utf8))))"
        var key = SymmetricKey(data: Array("AWS4\(credentials.secret)".utf8))
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }
}

/// What is signed: method, path, sorted query, sorted headers, body (the "canonical request").
func canonicalRequest(
    _ request: StoreRequest,
    headers: [(name: String, value: String)],
    payloadHash: String
) -> String {
    var pairs = request.query.map { (name: percentEncoded($0.name), value: percentEncoded($0.value ?? "")) }
    pairs.sort { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
    let query = pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let lines = headers.map { "\($0.name):\($0.value)\n" }.joined()
    let names = headers.map(\.name).joined(separator: ";")
    return "\(request.method.rawValue)\n\(request.path)\n\(query)\n\(lines)\n\(names)\n\(payloadHash)"
}

/// Names in lower case and sorted, values without spaces around them.
private func canonicalHeaders(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
    headers.map { (name: $0.name.lowercased(), value: collapsed($0.value)) }.sorted { $0.name < $1.name }
}

/// Without spaces around the text, and one where several follow each other.
private func collapsed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}
