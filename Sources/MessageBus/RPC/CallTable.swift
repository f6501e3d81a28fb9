import MediaWire
import Synchronization

/// One call under way.
struct Call: Sendable {
    var exchange: ClientExchange
    let claimAnswerChannel: String
    let completion: @Sendable (Result<[UInt8], RPCError>) -> Void
    var sending: [Task<Void, Never>] = []
    var timer: Task<Void, Never>?
    var timerAt: Instant?

    init(
        exchange: ClientExchange,
        claimAnswerChannel: String,
        completion: @escaping @Sendable (Result<[UInt8], RPCError>) -> Void
    ) {
        self.exchange = exchange
        self.claimAnswerChannel = claimAnswerChannel
        self.completion = completion
    }

    func cancelTasks() {
        timer?.cancel()
        for task in sending { task.cancel() }
    }
}

/// The calls of a client that are under way, by request.
final class CallTable: Sendable {
    /// What the owner of a call is to do after an event.
    struct Step {
        let action: ClientExchange.Action
        let claimAnswerChannel: String
        let completion: @Sendable (Result<[UInt8], RPCError>) -> Void
        /// When a timer is to be set anew.
        let timer: Instant?
    }

    private struct State {
        var calls: [String: Call] = [:]
        var collections: [String: Collection] = [:]
        var isClosed = false
    }

    /// The answers to a multi request, the first of each server.
    private struct Collection {
        var servers: Set<String> = []
        var answers: [[UInt8]] = []
    }

    /// Bounds the answers kept for one multi request: more than any deployment has workers.
    private static let maximumAnswers = 10_000

    private let state = Mutex(State())

    /// Adds a call; false once the client is shut down.
    func add(_ call: Call, id: String) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.calls[id] = call
            return true
        }
    }

    /// Gives a call an event; nil when the call is over.
    func advance(_ id: String, _ event: (inout ClientExchange) -> ClientExchange.Action) -> Step? {
        state.withLock { state in
            guard var call = state.calls[id] else { return nil }
            let action = event(&call.exchange)
            var timer: Instant?
            if case .finish = action {
                call.cancelTasks()
                state.calls[id] = nil
            } else {
                if call.exchange.deadline != call.timerAt {
                    call.timerAt = call.exchange.deadline
                    timer = call.timerAt
                }
                state.calls[id] = call
            }
            return Step(
                action: action,
                claimAnswerChannel: call.claimAnswerChannel,
                completion: call.completion,
                timer: timer
            )
        }
    }

    /// Gives a call a task of its own; of a call that is over it is cancelled.
    func attach(_ task: Task<Void, Never>, to id: String) {
        state.withLock { state in
            if state.calls[id] == nil { return task.cancel() }
            state.calls[id]?.sending.append(task)
        }
    }

    /// Replaces a call's timer by the one for `deadline`.
    ///
    /// Two events may want a timer at the same time and come here in either order: the deadline that stands wins.
    func setTimer(_ task: Task<Void, Never>, at deadline: Instant, for id: String) {
        state.withLock { state in
            guard state.calls[id]?.timerAt == deadline else { return task.cancel() }
            state.calls[id]?.timer?.cancel()
            state.calls[id]?.timer = task
        }
    }

    /// Begins to collect the answers to a multi request; false once the client is shut down.
    func collect(_ id: String) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.collections[id] = Collection()
            return true
        }
    }

    /// Takes an answer to a multi request; false when it answers none.
    func collected(_ result: Result<[UInt8], RPCError>, from server: String, for id: String) -> Bool {
        state.withLock { state in
            guard var collection = state.collections[id] else { return false }
            if collection.servers.count < Self.maximumAnswers, collection.servers.insert(server).inserted,
                case .success(let bytes) = result
            {
                collection.answers.append(bytes)
            }
            state.collections[id] = collection
            return true
        }
    }

    /// Ends collecting and gives what was collected.
    @discardableResult
    func endCollecting(_ id: String) -> [[UInt8]] {
        state.withLock { $0.collections.removeValue(forKey: id)?.answers ?? [] }
    }

    /// Takes no more calls; gives what ends the ones under way.
    func close() -> [@Sendable () -> Void] {
        state.withLock { state in
            state.isClosed = true
            let calls = state.calls.values
            state.calls = [:]
            return calls.map { call in
                call.cancelTasks()
                return { call.completion(.failure(.canceled)) }
            }
        }
    }
}
