import MediaWire
import NIOHTTP1

/// One request as the routes see it.
struct WHIPHTTPRequest: Sendable {
    var method: HTTPMethod
    /// The path without query, as sent.
    var path: String
    var headers: HTTPHeaders
    var body: [UInt8]
    /// Whoever connected.
    var peerAddress: String

    init(head: HTTPRequestHead, body: [UInt8], peerAddress: String) {
        method = head.method
        path = String(head.uri.prefix { $0 != "?" && $0 != "#" })
        headers = head.headers
        self.body = body
        self.peerAddress = peerAddress
    }

    /// The parts of the path that are not empty.
    var components: [String] { path.split(separator: "/").map(String.init) }

    /// The media type of the body, in lower case, without parameters.
    var mediaType: String? {
        headers.first(name: "Content-Type").map { value in
            value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
    }

    /// The body as text; nil if it is not UTF-8.
    var text: String? { String(validating: body, as: UTF8.self) }

    /// The key in `Authorization`: what follows `Bearer `, which may be left out as with LiveKit.
    var bearer: String? {
        guard let value = headers.first(name: "Authorization") else { return nil }
        let trimmed = value.drop { $0 == " " }
        let scheme = "bearer "
        let key = trimmed.lowercased().hasPrefix(scheme) ? trimmed.dropFirst(scheme.count) : trimmed
        let bare = key.drop { $0 == " " }
        return bare.isEmpty ? nil : String(bare)
    }

    /// The address that the publisher answers for: of whoever connected, or, where that is a proxy in a network of ours,
    /// of whoever connected to it.
    ///
    /// Of `X-Forwarded-For` only the last address counts, which the proxy has put there: those before it were the client's.
    var origin: IPAddress? {
        guard let peer = IPAddress(peerAddress)?.unmapped else { return nil }
        guard SpecialAddresses.reason(peer) != nil else { return peer }
        let forwarded = headers["X-Forwarded-For"].last?.split(separator: ",").last.map { String($0) }
        let said = forwarded ?? headers.first(name: "X-Real-IP") ?? ""
        return IPAddress(said.filter { $0 != " " && $0 != "\t" })?.unmapped ?? peer
    }

    /// The publisher's address, for logs: what a proxy says it is, else who connected.
    var clientAddress: String {
        for name in ["X-Forwarded-For", "X-Real-IP"] {
            if let value = headers.first(name: name)?.split(separator: ",").first {
                return String(value.drop { $0 == " " }.prefix(64))
            }
        }
        return peerAddress
    }
}
