import AsyncHTTPClient
import LiveKitProtocol
import NIOCore
import NIOHTTP1

/// Sends one webhook to one URL, once.
protocol WebhookSender: Sendable {
    /// Sends a body; what comes back says whether to try again.
    func send(_ body: [UInt8], to url: String) async -> WebhookOutcome
    /// Sends a body signed with the API key of this name; empty: the usual one.
    func send(_ body: [UInt8], to url: String, key: String) async -> WebhookOutcome
}

extension WebhookSender {
    func send(_ body: [UInt8], to url: String, key: String) async -> WebhookOutcome {
        await send(body, to: url)
    }
}

/// What became of one attempt to deliver a webhook.
enum WebhookOutcome: Sendable, Hashable {
    /// The receiver has it.
    case delivered
    /// The receiver does not want it: trying again would not help.
    case refused(status: Int)
    /// The receiver is in trouble or cannot be reached.
    case failed(String)
}

/// Sends webhooks over HTTP, signed.
struct HTTPWebhookSender: WebhookSender {
    /// The client connections come from.
    let client: HTTPClient
    /// What bodies are signed with.
    let pair: APIKeys.Pair
    /// The keys that a webhook of one request can name instead.
    var keys: APIKeys = [:]

    /// How long a receiver may take.
    private static let timeout = TimeAmount.seconds(10)
    /// The most of an answer that is read: nothing in it matters.
    private static let longestAnswer = 64 * 1024

    func send(_ body: [UInt8], to url: String) async -> WebhookOutcome {
        await send(body, to: url, signedWith: pair)
    }

    func send(_ body: [UInt8], to url: String, key: String) async -> WebhookOutcome {
        if key.isEmpty { return await send(body, to: url, signedWith: pair) }
        guard let secret = keys[key] else { return .refused(status: 0) }
        return await send(body, to: url, signedWith: APIKeys.Pair(key: key, secret: secret))
    }

    private func send(_ body: [UInt8], to url: String, signedWith pair: APIKeys.Pair) async -> WebhookOutcome {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "Content-Type": "application/webhook+json",
            "User-Agent": "LiveKit",
            "Authorization": WebhookSignature.sign(body, with: pair),
        ]
        request.body = .bytes(body)
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            _ = try? await response.body.collect(upTo: Self.longestAnswer)
            switch response.status.code {
            case 200..<300: return .delivered
            case 500...: return .failed("status \(response.status.code)")
            default: return .refused(status: Int(response.status.code))
            }
        } catch {
            return .failed("\(error)")
        }
    }
}
