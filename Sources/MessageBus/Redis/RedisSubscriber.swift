import Logging
import NIOCore

/// The connection in subscribe mode: all subscriptions of a bus, made again after every loss.
final class RedisSubscriber: @unchecked Sendable {  // its state is touched on the link's loop only
    private typealias Completion = @Sendable (Result<Int, BusError>) -> Void

    private struct Waiter {
        let channel: String
        let timeout: Scheduled<Void>
        let completion: Completion
    }

    private let link: RedisLink
    private let logger: Logger
    private var table = SubscriptionTable()
    private var waiters: [Int: Waiter] = [:]
    private var nextID = 0
    /// Subscriptions of earlier connections that this one has not confirmed yet.
    private var missing = 0
    /// All subscriptions are back, or gone.
    var onChange: (_ isComplete: Bool) -> Void = { _ in }

    private var configuration: RedisConfiguration { link.connector.configuration }
    private var loop: any EventLoop { link.connector.loop }

    init(link: RedisLink, logger: Logger) {
        self.link = link
        self.logger = logger
    }

    /// Subscribes from anywhere; returns once Redis has confirmed it, with what `cancel` wants.
    func subscribe(
        _ channel: String,
        handler: @escaping SubscriptionTable.Handler
    ) async throws(BusError) -> Int {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Int, BusError>, Never>) in
            loop.execute { self.add(channel, handler) { continuation.resume(returning: $0) } }
        }
        return try result.get()
    }

    /// Ends a subscription from anywhere; returns once nothing comes any more.
    func cancel(_ id: Int, _ channel: String) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                self.remove(id, channel)
                continuation.resume()
            }
        }
    }

    // MARK: - On the loop

    /// There is a connection.
    func ready(_ connection: RedisConnection) {
        connection.onMessage = { [weak self] channel, payload in
            guard let self else { return }
            for handler in self.table.handlers(of: channel) { handler(payload) }
        }
        let channels = table.resubscribe()
        missing = channels.count
        if missing == 0 { return onChange(true) }
        for (name, generation) in channels {
            subscribe(name, generation, on: connection) { [weak self] in
                guard let self else { return }
                self.missing -= 1
                if self.missing == 0 { self.onChange(true) }
            }
        }
    }

    /// The connection is gone.
    func lost() {
        table.lost()
        onChange(false)
    }

    /// For good.
    func close() {
        for id in waiters.keys { complete(id, .failure(.closed)) }
    }

    private func add(
        _ channel: String,
        _ handler: @escaping SubscriptionTable.Handler,
        completion: @escaping Completion
    ) {
        guard !link.isClosed else { return completion(.failure(.closed)) }
        nextID += 1
        let id = nextID
        let standing = table.add(handler, id: id, to: channel)
        if standing == .confirmed { return completion(.success(id)) }
        let timeout = loop.scheduleTask(in: TimeAmount(configuration.patience)) { [weak self] in
            guard let self else { return }
            self.remove(id, channel)
            self.complete(id, .failure(BusError("Redis at \(self.configuration) is not reachable")))
        }
        waiters[id] = Waiter(channel: channel, timeout: timeout, completion: completion)
        if case .new(let generation) = standing, let connection = link.connection {
            subscribe(channel, generation, on: connection) {}
        }
    }

    private func subscribe(
        _ channel: String,
        _ generation: Int,
        on connection: RedisConnection,
        answered: @escaping () -> Void
    ) {
        let command: [RedisArgument] = ["SUBSCRIBE", RedisArgument(channel)]
        connection.send(command, timeout: configuration.commandTimeout) { [weak self] reply in
            // Without a reply the connection is gone, and the next one subscribes anew.
            guard let self, case .success(let reply) = reply else { return }
            do throws(BusError) {
                _ = try reply.checked()
                if self.table.confirm(channel, generation: generation) { self.completeAll(of: channel) }
            } catch { self.refused(channel, error) }
            answered()
        }
    }

    private func refused(_ channel: String, _ error: BusError) {
        let refused = waiters.filter { $0.value.channel == channel }
        if refused.isEmpty {
            logger.error("subscription lost", metadata: ["channel": "\(channel)", "reason": "\(error.message)"])
        }
        for id in refused.keys {
            _ = table.remove(id, from: channel)
            complete(id, .failure(error))
        }
    }

    private func completeAll(of channel: String) {
        for (id, waiter) in waiters where waiter.channel == channel { complete(id, .success(id)) }
    }

    private func complete(_ id: Int, _ result: Result<Int, BusError>) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        waiter.timeout.cancel()
        waiter.completion(result)
    }

    private func remove(_ id: Int, _ channel: String) {
        guard table.remove(id, from: channel), let connection = link.connection else { return }
        connection.send(["UNSUBSCRIBE", RedisArgument(channel)], timeout: configuration.commandTimeout) { _ in }
    }
}
