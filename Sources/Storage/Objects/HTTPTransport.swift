import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix

/// Sends requests to one store.
final class HTTPTransport: Sendable {
    private let client: HTTPClient

    /// - Throws: `StoreFailure.refused` for a proxy whose URL cannot be used.
    init(proxy: ProxyConfiguration? = nil) throws(StoreFailure) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .seconds(60), write: .seconds(60))
        )
        // Tries again are the session's business, which keeps count of them.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let proxy { configuration.proxy = try HTTPClient.Configuration.Proxy(proxy) }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // The client insists on being shut down; nobody waits for it.
        client.shutdown { _ in }
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// - Throws: `StoreFailure.outage` if there is no answer.
    func send(
        _ request: StoreRequest,
        timeout: TimeAmount = .minutes(10)
    ) async throws(StoreFailure) -> StoreResponse {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method
        for (name, value) in request.headers where name.lowercased() != "host" {
            message.headers.add(name: name, value: value)
        }
        if request.body.readableBytes > 0 || request.method == .PUT || request.method == .POST {
            message.body = .bytes(request.body)
        }
        do {
            let response = try await client.execute(message, timeout: timeout)
            let body = try await response.body.collect(upTo: maximumAnswer)
            return StoreResponse(
                status: Int(response.status.code),
                headers: response.headers,
                body: String(buffer: body)
            )
        } catch let error as HTTPClientError where unusable.contains(error) {
            throw StoreFailure(.refused, "\(request.scheme)://\(request.host) is no usable address")
        } catch {
            throw StoreFailure(.outage, "no answer from \(request.host): \(summary(error))")
        }
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init(_ proxy: ProxyConfiguration) throws(StoreFailure) {
        guard let address = ServiceAddress(proxy.url), !address.host.isEmpty else {
            throw StoreFailure(.refused, "the proxy's url is not of the form http://host:port")
        }
        let port = address.port ?? (address.scheme == "https" ? 443 : 80)
        self =
            proxy.username.isEmpty
            ? .server(host: address.host, port: port)
            : .server(
                host: address.host,
                port: port,
                authorization: .basic(username: proxy.username, password: proxy.password)
            )
    }
}

/// What the caller can do something with; a dump of a connection's inside would say less.
private func summary(_ error: any Error) -> String {
    if let error = error as? HTTPClientError { return error.description }
    if let error = error as? NIOConnectionError {
        guard let first = error.connectionErrors.first else { return "its name cannot be resolved" }
        return "\(first.error)"
    }
    return "\(error)"
}

/// What no other try can make better.
private let unusable: [HTTPClientError] = [.invalidURL, .emptyHost]

/// Answers of stores are a few kilobytes; one of a million bytes is none.
private let maximumAnswer = 1 << 20
