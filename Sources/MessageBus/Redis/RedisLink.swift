import Logging
import NIOCore

/// A connection to Redis that comes back.
///
/// Once opened it tries again after every loss, with waits between (`Backoff`), until it is closed. A ping in quiet
/// times finds out about a Redis that is gone without a word.
final class RedisLink: @unchecked Sendable {  // its state is touched on its connector's loop only
    private enum State {
        /// Not opened yet. To `ready`.
        case idle
        /// In use. To `waiting` by a loss, to `closed`.
        case ready(RedisConnection)
        /// Between two attempts, or in one. To `ready`, to `closed`.
        case waiting
        /// For good.
        case closed
    }

    /// How often a ping goes out.
    private static let pingInterval = TimeAmount.seconds(5)

    let connector: RedisConnector
    /// There is a connection, the first or a new one.
    var onReady: (RedisConnection) -> Void = { _ in }
    /// The connection is gone.
    var onLost: () -> Void = {}
    private let purpose: String
    private let logger: Logger
    private var state = State.idle
    private var backoff = Backoff()
    private var ping: RepeatedTask?
    private var retry: Scheduled<Void>?

    init(connector: RedisConnector, purpose: String, logger: Logger) {
        self.connector = connector
        self.purpose = purpose
        self.logger = logger
    }

    private var loop: any EventLoop { connector.loop }

    /// The connection, if there is one.
    ///
    /// On the loop.
    var connection: RedisConnection? {
        loop.assertInEventLoop()
        return if case .ready(let connection) = state { connection } else { nil }
    }

    /// Whether no connection will come any more.
    ///
    /// On the loop.
    var isClosed: Bool { if case .closed = state { true } else { false } }

    /// Opens the link with a connection that was just made.
    ///
    /// On the loop.
    func open(_ connection: RedisConnection) {
        loop.assertInEventLoop()
        if case .closed = state { return connection.close() }
        state = .ready(connection)
        backoff.reset()
        let timeout = connector.configuration.commandTimeout
        ping = loop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
            connection.send(["PING"], timeout: timeout) { _ in }
        }
        onReady(connection)
        connection.whenClosed { [weak self] reason in self?.lost(reason) }
    }

    /// Closes the link for good.
    ///
    /// On the loop.
    func close() {
        loop.assertInEventLoop()
        let connection = connection
        state = .closed
        ping?.cancel()
        retry?.cancel()
        connection?.close()
        onLost()
    }

    private func lost(_ reason: BusError) {
        guard case .ready = state else { return }
        logger.warning("lost Redis, reconnecting", metadata: ["for": "\(purpose)", "reason": "\(reason.message)"])
        state = .waiting
        ping?.cancel()
        onLost()
        rest()
    }

    private func rest() {
        retry = loop.scheduleTask(in: TimeAmount(backoff.next())) { [weak self] in self?.attempt() }
    }

    private func attempt() {
        // Not structured: the loop's timer starts it. It ends by itself, at the latest with its timeouts.
        Task { [self, connector] in
            do throws(BusError) {
                let connection = try await connector.open()
                connector.loop.execute { self.reopened(connection) }
            } catch {
                connector.loop.execute { self.failed(error) }
            }
        }
    }

    private func reopened(_ connection: RedisConnection) {
        logger.notice("reconnected to Redis", metadata: ["for": "\(purpose)"])
        open(connection)
    }

    private func failed(_ error: BusError) {
        guard case .waiting = state else { return }
        logger.debug("Redis is still away", metadata: ["reason": "\(error.message)"])
        rest()
    }
}
