import MediaWire
import NIOCore

/// Publishes through `PublishQueue`, across losses of the connection.
final class RedisPublisher: @unchecked Sendable {  // its state is touched on the loop only
    private typealias Completion = @Sendable (Result<Void, BusError>) -> Void

    private let loop: any EventLoop
    private let configuration: RedisConfiguration
    private var connection: RedisConnection?
    /// Nothing goes out before subscriptions are back: an answer to it would be lost.
    private var isHeld = true
    private var isClosed = false
    private var queue = PublishQueue()
    private var completions: [Int: Completion] = [:]
    private var nextID = 0
    private var timer: Scheduled<Void>?

    init(configuration: RedisConfiguration, loop: any EventLoop) {
        self.configuration = configuration
        self.loop = loop
    }

    /// Publishes from anywhere; returns once Redis has it.
    func publish(_ payload: [UInt8], to channel: String) async throws(BusError) {
        let ticket = Ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, BusError>, Never>) in
                loop.execute { self.add(payload, channel, ticket) { continuation.resume(returning: $0) } }
            }
        } onCancel: {
            loop.execute { self.cancel(ticket) }
        }
        try result.get()
    }

    // MARK: - On the loop

    /// There is a connection.
    func ready(_ connection: RedisConnection) {
        self.connection = connection
        flush()
    }

    /// The connection is gone.
    func lost() {
        connection = nil
        queue.lost()
    }

    /// The subscriptions are gone, or back.
    func hold(_ isHeld: Bool) {
        self.isHeld = isHeld
        flush()
    }

    /// For good.
    func close() {
        isClosed = true
        timer?.cancel()
        for id in queue.removeAll() { complete(id, .failure(.closed)) }
    }

    private func add(_ payload: [UInt8], _ channel: String, _ ticket: Ticket, completion: @escaping Completion) {
        guard !ticket.isCancelled else { return completion(.failure(.cancelled)) }
        guard !isClosed else { return completion(.failure(.closed)) }
        if let fault = RedisCommand.fault([RedisArgument(channel), RedisArgument(payload)]) {
            return completion(.failure(fault))
        }
        nextID += 1
        let deadline = Instant.now + configuration.patience
        guard queue.add(.init(id: nextID, channel: channel, payload: payload, deadline: deadline)) else {
            let text = "Redis at \(configuration) takes nothing, and \(queue.count) messages wait for it already"
            return completion(.failure(BusError(text)))
        }
        ticket.id = nextID
        completions[nextID] = completion
        flush()
        setTimer()
    }

    private func cancel(_ ticket: Ticket) {
        ticket.isCancelled = true
        guard let id = ticket.id else { return }
        queue.abandon(id)
        complete(id, .failure(.cancelled))
    }

    private func flush() {
        guard !isHeld, let connection else { return }
        for entry in queue.takeUnsent() {
            let command: [RedisArgument] = ["PUBLISH", RedisArgument(entry.channel), RedisArgument(entry.payload)]
            connection.send(command, timeout: configuration.commandTimeout) { [weak self] in self?.answered($0) }
        }
    }

    private func answered(_ reply: Result<RedisReply, BusError>) {
        // Without a reply the connection is gone, and `lost` follows.
        guard case .success(let reply) = reply, let id = queue.answered() else { return }
        do throws(BusError) {
            _ = try reply.checked()
            complete(id, .success(()))
        } catch { complete(id, .failure(error)) }
    }

    private func complete(_ id: Int, _ result: Result<Void, BusError>) {
        completions.removeValue(forKey: id)?(result)
    }

    private func setTimer() {
        guard timer == nil, let deadline = queue.deadline else { return }
        timer = loop.scheduleTask(in: TimeAmount(max(.milliseconds(10), deadline - .now))) { [weak self] in
            self?.timeReached()
        }
    }

    private func timeReached() {
        timer = nil
        for id in queue.expire(.now) {
            complete(id, .failure(BusError("Redis at \(configuration) is not reachable")))
        }
        setTimer()
    }
}

/// What a publication is cancelled by, before it has an id or after.
///
/// Touched on the loop only.
private final class Ticket: @unchecked Sendable {
    var id: Int?
    var isCancelled = false
}

extension BusError {
    static let cancelled = BusError("the publication was cancelled")
}
