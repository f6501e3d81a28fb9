public import Logging
public import NIOCore
import Synchronization

/// The bus over Redis: PUBLISH and SUBSCRIBE, and `SET NX` for queue locks.
///
/// It has two connections, one for commands and one for subscriptions, and both come back by themselves
/// (`RedisLink`). Publications wait in order while either is away (`PublishQueue`); what others publish in that time
/// is lost to this process, as Redis keeps nothing for those who are not there.
public final class RedisBus: Bus {
    /// Commands of one's own.
    public let commands: RedisCommands
    private let publisher: RedisPublisher
    private let subscriber: RedisSubscriber
    private let links: (commands: RedisLink, subscriptions: RedisLink)
    private let loop: any EventLoop
    private let logger: Logger
    private let health = Mutex((commands: false, subscriptions: false))

    /// Connects, and throws if that does not work: from then on losses are made good in the background.
    public static func connect(
        _ configuration: RedisConfiguration,
        on group: any EventLoopGroup,
        logger: Logger
    ) async throws(BusError) -> RedisBus {
        let connector = try RedisConnector(configuration, loop: group.next())
        let commands = try await connector.open()
        do throws(BusError) {
            let subscriptions = try await connector.open()
            let bus = RedisBus(connector, logger)
            try await bus.open(commands, subscriptions)
            return bus
        } catch {
            commands.close()
            throw error
        }
    }

    private init(_ connector: RedisConnector, _ logger: Logger) {
        self.logger = logger
        loop = connector.loop
        links = (
            RedisLink(connector: connector, purpose: "commands", logger: logger),
            RedisLink(connector: connector, purpose: "subscriptions", logger: logger)
        )
        commands = RedisCommands(link: links.commands)
        subscriber = RedisSubscriber(link: links.subscriptions, logger: logger)
        publisher = RedisPublisher(configuration: connector.configuration, loop: connector.loop)
    }

    /// Whether Redis is there and every subscription stands.
    public var isHealthy: Bool { health.withLock { $0.commands && $0.subscriptions } }

    /// Hands a payload to Redis; waits for it through an outage, as long as the configured patience.
    public func publish(_ payload: [UInt8], to channel: String) async throws(BusError) {
        try await publisher.publish(payload, to: channel)
    }

    /// Subscribes; returns once Redis has confirmed it.
    ///
    /// The handler runs on the bus's event loop.
    public func subscribe(
        _ channel: String,
        handler: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(BusError) -> any BusSubscription {
        let id = try await subscriber.subscribe(channel, handler: handler)
        return Subscription(subscriber: subscriber, id: id, channel: channel)
    }

    /// Claims a message of a queue method: `SET <key> <number> EX 5 NX`.
    ///
    /// Without an answer of Redis it is not claimed.
    public func lock(_ payload: [UInt8]) async -> Bool {
        let key = QueueLock.key(of: payload)
        let number = Int.random(in: 0..<Int.max)
        let seconds = RedisArgument(QueueLock.seconds)
        do throws(BusError) {
            let reply = try await commands.send(
                ["SET", RedisArgument(key), RedisArgument(number), "EX", seconds, "NX"]
            )
            return reply == .status("OK")
        } catch {
            logger.error("cannot lock a message; leaving it to others", metadata: ["reason": "\(error.message)"])
            return false
        }
    }

    /// Closes the connections; what waits fails.
    public func shutdown() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                self.links.subscriptions.close()
                self.links.commands.close()
                self.subscriber.close()
                self.publisher.close()
                self.commands.closed()
                continuation.resume()
            }
        }
    }

    private func open(_ first: RedisConnection, _ second: RedisConnection) async throws(BusError) {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                self.wire()
                self.links.commands.open(first)
                self.links.subscriptions.open(second)
                continuation.resume()
            }
        }
    }

    /// Makes the parts know of each other.
    ///
    /// On the loop, before anything is connected.
    private func wire() {
        links.commands.onReady = { [weak self] connection in
            guard let self else { return }
            self.health.withLock { $0.commands = true }
            self.publisher.ready(connection)
            self.commands.ready(connection)
        }
        links.commands.onLost = { [weak self] in
            self?.health.withLock { $0.commands = false }
            self?.publisher.lost()
        }
        links.subscriptions.onReady = { [weak self] in self?.subscriber.ready($0) }
        links.subscriptions.onLost = { [weak self] in self?.subscriber.lost() }
        subscriber.onChange = { [weak self] isComplete in
            self?.health.withLock { $0.subscriptions = isComplete }
            self?.publisher.hold(!isComplete)
        }
    }

    private struct Subscription: BusSubscription {
        let subscriber: RedisSubscriber
        let id: Int
        let channel: String

        func cancel() async { await subscriber.cancel(id, channel) }
    }
}
