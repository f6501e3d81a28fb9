import NIOHTTP1

/// One answer of the listener.
struct WHIPResponse: Sendable, Hashable {
    var status: Int
    /// Headers besides length, connection and those for other origins, which are added to all.
    var headers: [Header] = []
    var body: [UInt8] = []

    /// A header; some may come several times.
    struct Header: Sendable, Hashable {
        var name: String
        var value: String
    }

    /// An answer in plain text.
    static func text(_ status: Int, _ text: String) -> WHIPResponse {
        WHIPResponse(
            status: status,
            headers: [Header(name: "Content-Type", value: "text/plain; charset=utf-8")],
            body: Array(text.utf8)
        )
    }

    /// A refusal.
    static func refusal(_ refusal: WHIPRefusal) -> WHIPResponse {
        var response = text(refusal.status, refusal.message)
        for (name, value) in refusal.headers.sorted(by: { $0.key < $1.key }) { response.add(name, value) }
        return response
    }

    /// Adds a header.
    mutating func add(_ name: String, _ value: String) { headers.append(Header(name: name, value: value)) }

    /// The values of a header.
    func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// All headers as they are sent: pages of any origin may read the answer, and those headers that WHIP is about.
    var sentHeaders: HTTPHeaders {
        var sent = HTTPHeaders(headers.map { ($0.name, $0.value) })
        sent.add(name: "Access-Control-Allow-Origin", value: "*")
        sent.add(
            name: "Access-Control-Expose-Headers",
            value: "Location, ETag, Link, Accept-Patch, Accept-Post, Allow, Retry-After"
        )
        return sent
    }
}
