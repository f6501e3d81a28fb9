import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// Signs requests and addresses with the key of a storage account.
struct AzureSharedKey: Sendable {
    private let account: String
    private let key: SymmetricKey

    /// - Throws: `StoreFailure.refused` if the key is not base 64.
    init(account: String, key: String) throws(StoreFailure) {
        guard let data = Data(base64Encoded: key), !data.isEmpty else {
            throw StoreFailure(.refused, "account_key is not the base 64 text of a key")
        }
        self.account = account
        self.key = SymmetricKey(data: data)
    }

    /// Adds date, version and signature (the "Shared Key" scheme of version 2015-02-21 and later).
    func sign(_ request: inout StoreRequest, unixMilliseconds: Int64) {
        request.headers.append(("x-ms-date", CalendarTime(unixMilliseconds: unixMilliseconds).http))
        request.headers.append(("x-ms-version", version))
        let length = request.body.readableBytes
        let headers = request.headers.filter { $0.name.lowercased().hasPrefix("x-ms-") }
            .map { "\($0.name.lowercased()):\($0.value)\n" }.sorted().joined()
        let query = request.query.sorted { $0.name < $1.name }.map { "\n\($0.name):\($0.value ?? "")" }.joined()
        let lines = [
            request.method.rawValue, "", "", length == 0 ? "" : String(length), "",
            request.header("Content-Type") ?? "", "", "", "", "", "", "",
        ]
        let text = "\(lines.joined(separator: "\n"))\n\(headers)/\(account)\(request.path)\(query)"
        request.headers.append(("Authorization", "SharedKey \(account):\(signature(of: text))"))
    }

    /// The query of a service signature (SAS) that lets anybody read one blob.
    func readAccess(_ resource: String, seconds: Int, unixMilliseconds: Int64) -> String {
        let compact = CalendarTime(unixMilliseconds: unixMilliseconds + Int64(seconds) * 1000).signing
        let parts = Array(compact)
        let date = "\(String(parts[0..<4]))-\(String(parts[4..<6]))-\(String(parts[6..<8]))"
        let end = "\(date)T\(String(parts[9..<11])):\(String(parts[11..<13])):\(String(parts[13..<15]))Z"
        let fields = ["r", "", end, resource, "", "", "https", version, "b", "", "", "", "", "", "", ""]
        let query = [
            ("sv", version), ("spr", "https"), ("se", end), ("sr", "b"), ("sp", "r"),
            ("sig", signature(of: fields.joined(separator: "\n"))),
        ]
        return query.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    }

    private func signature(of text: String) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)).base64EncodedString()
    }
}

/// The version of the service's interface that requests are written for.
private let version = "2021-12-02"
