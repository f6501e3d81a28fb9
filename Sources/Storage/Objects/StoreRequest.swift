import NIOCore
import NIOHTTP1

/// An HTTP request before it is signed.
struct StoreRequest {
    var method: HTTPMethod
    var scheme: String
    /// With the port, if it is not the scheme's own.
    var host: String
    /// Percent-encoded, beginning with `/`.
    var path: String
    /// Not encoded; nil for a name without `=`.
    var query: [(name: String, value: String?)] = []
    var headers: [(name: String, value: String)] = []
    var body = ByteBuffer()

    /// The whole address.
    var url: String { "\(scheme)://\(host)\(target)" }

    /// Path and query, as they are sent.
    var target: String { query.isEmpty ? path : "\(path)?\(encodedQuery)" }

    /// The query as it is sent.
    var encodedQuery: String {
        query.map { name, value in
            value.map { "\(percentEncoded(name))=\(percentEncoded($0))" } ?? percentEncoded(name)
        }.joined(separator: "&")
    }

    /// The first header of that name, in any case.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An HTTP answer, its body read whole.
struct StoreResponse {
    var status: Int
    var headers: HTTPHeaders
    var body: String

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// The text with everything but letters, digits, `-`, `.`, `_`, `~` and what is in `allowed` as `%XX` (RFC 3986,
/// section 2.3).
func percentEncoded(_ text: String, allowed: String = "") -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
        if isUnreserved(byte) || allowed.utf8.contains(byte) {
            bytes.append(byte)
        } else {
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The key of an object as a path: encoded but for its slashes.
func encodedPath(_ key: String) -> String { percentEncoded(key, allowed: "/") }

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        true
    default: false
    }
}
