import NIOHTTP1

/// What browsers are told about calls from other origins: any origin may call, as with LiveKit.
///
/// Access is decided by tokens, which a page of another origin does not have.
enum CrossOrigin {
    private static let methods = "OPTIONS, HEAD, GET, POST, PATCH, DELETE"

    /// The answer to a preflight request; nil when it is none.
    static func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == .OPTIONS, request.headers.contains(name: "Access-Control-Request-Method") else {
            return nil
        }
        var response = HTTPResponse(status: .noContent)
        response.headers.add(name: "Access-Control-Allow-Methods", value: methods)
        // A wildcard would leave `Authorization` out (Fetch standard §3.2.3), so what was asked for is named.
        let asked = request.headers[canonicalForm: "Access-Control-Request-Headers"].joined(separator: ", ")
        response.headers.add(name: "Access-Control-Allow-Headers", value: asked.isEmpty ? "*" : asked)
        response.headers.add(name: "Access-Control-Max-Age", value: "86400")
        return response
    }

    /// Lets any origin read an answer.
    static func allow(_ response: inout HTTPResponse) {
        response.headers.replaceOrAdd(name: "Access-Control-Allow-Origin", value: "*")
    }
}
