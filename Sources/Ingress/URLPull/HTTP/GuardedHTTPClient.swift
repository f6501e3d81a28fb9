import Media
import MediaWire
import NIOCore
import NIOHTTP1

/// Fetches over HTTP/1.1 from servers that the guard finds fit, redirects included.
///
/// Blocks: for the thread of one pull. A connection carries one request.
final class GuardedHTTPClient {
    /// An answer whose body follows.
    struct Response {
        /// Where it came from in the end.
        let url: PullURL
        let status: Int
        let headers: HTTPHeaders
        let pipe: ResponsePipe
    }

    /// Redirects followed for one request.
    static let redirects = 5

    let connector: GuardedConnector
    let control: StreamControl
    let limits: PullLimits

    init(connector: GuardedConnector, control: StreamControl, limits: PullLimits) {
        self.connector = connector
        self.control = control
        self.limits = limits
    }

    /// Asks for bytes from `first` on, up to and with `last`; `validator` makes it certain that they are of the same thing.
    func get(
        _ url: PullURL,
        from first: Int64 = 0,
        to last: Int64? = nil,
        validator: String? = nil
    ) throws(PullFailure) -> Response {
        var url = url
        for _ in 0...Self.redirects {
            let response = try exchange(url, headers: Self.headers(for: url, first, last, validator))
            guard let place = Self.redirect(of: response) else { return response }
            response.pipe.close()
            url = try url.resolving(place)
            guard url.scheme == .http || url.scheme == .https else {
                throw PullFailure(.invalidURL, "the server redirects to \(url.place); only http and https are followed")
            }
        }
        throw PullFailure(.excessive, "the server redirects more than \(Self.redirects) times, last to \(url.place)")
    }

    private static func redirect(of response: Response) -> String? {
        // RFC 9110 §15.4.
        guard [301, 302, 303, 307, 308].contains(response.status) else { return nil }
        return response.headers.first(name: "location")
    }

    private static func headers(
        for url: PullURL,
        _ first: Int64,
        _ last: Int64?,
        _ validator: String?
    ) -> HTTPHeaders {
        var headers = HTTPHeaders([
            ("Host", url.server), ("User-Agent", "sluice"), ("Accept", "*/*"), ("Accept-Encoding", "identity"),
            ("Connection", "close"), ("Range", "bytes=\(first)-\(last.map(String.init) ?? "")"),
        ])
        if let validator { headers.add(name: "If-Range", value: validator) }
        if let credentials = url.credentials {
            headers.add(name: "Authorization", value: "Basic \(BasicCredentials.encoded(credentials))")
        }
        return headers
    }

    /// One request at one server, at the first of its addresses that can be connected to.
    private func exchange(_ url: PullURL, headers: HTTPHeaders) throws(PullFailure) -> Response {
        var failure = PullFailure(.unavailable, "\(url.place) has no address")
        for address in try connector.addresses(of: url).prefix(4) {
            let pipe = ResponsePipe()
            let request = HTTPRequestHead(version: .http1_1, method: .GET, uri: url.target, headers: headers)
            connect(to: address, of: url, request, pipe)
            do throws(PullFailure) {
                let event = try pipe.next(within: limits.answer, of: "an answer of \(url.place)", control: control)
                guard case .head(let head) = event else {
                    throw PullFailure(.unavailable, "\(url.place) sends no head of an answer")
                }
                return Response(url: url, status: Int(head.status.code), headers: head.headers, pipe: pipe)
            } catch {
                pipe.close()
                guard error.isTransient, !control.mustStop else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private func connect(to address: IPAddress, of url: PullURL, _ request: HTTPRequestHead, _ pipe: ResponsePipe) {
        let place = url.place
        let connection = connector.connect(to: address, of: url, on: connector.loop()) { channel in
            let limit = ResponseHeadLimit()
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(limit)
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(PullResponseHandler(head: request, place: place, pipe: pipe, limit: limit))
            pipe.attach(channel)
        }
        connection.whenFailure { error in
            pipe.fail(PullFailure(.unavailable, "\(place) cannot be connected to: \(error)"))
        }
    }
}
