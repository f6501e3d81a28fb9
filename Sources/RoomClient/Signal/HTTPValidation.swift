import NIOCore
import NIOHTTP1
import Signaling

/// Asks a server in plain HTTP why it refused a signal connection.
struct HTTPValidation: Sendable {
    /// How long the answer is waited for.
    private static let timeout = TimeAmount.seconds(3)

    let connection: ServerConnection
    let query: SignalQuery
    let token: String

    /// The server's words; nil when it would accept, says nothing, or cannot be asked.
    func ask(on loop: any EventLoop) -> EventLoopFuture<String?> {
        let promise = loop.makePromise(of: String?.self)
        let headers: HTTPHeaders = [
            "Host": connection.endpoint.hostHeader,
            "Authorization": "Bearer \(token)",
            "Connection": "close",
        ]
        let target = connection.endpoint.validationTarget(for: query)
        let channel = connection.connect(on: loop) { channel in
            let handler = HTTPReplyHandler(target: target, headers: headers) { outcome in
                if case .reply(let status, let text) = outcome, status != 200, !text.isEmpty {
                    promise.succeed(text)
                } else {
                    promise.succeed(nil)
                }
            }
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        channel.whenFailure { _ in promise.succeed(nil) }
        // A promise that is fulfilled twice keeps its first value.
        let deadline = loop.scheduleTask(in: Self.timeout) { promise.succeed(nil) }
        promise.futureResult.whenComplete { _ in
            deadline.cancel()
            channel.whenSuccess { $0.close(promise: nil) }
        }
        return promise.futureResult
    }
}
