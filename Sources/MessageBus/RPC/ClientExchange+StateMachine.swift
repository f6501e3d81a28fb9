import MediaWire

/// One call as its client sees it: request, offers, choice, answer.
///
/// A method that needs a claim goes `collecting → awaiting → finished`, any other `awaiting → finished`. Time is an
/// argument; `deadline` says when `timeReached` is due. What arrives after the end is ignored.
struct ClientExchange {
    /// What the owner is to do.
    enum Action: Equatable {
        case wait
        /// Tell all servers that this one was chosen.
        case choose(server: String)
        /// The call is over.
        case finish(Result<[UInt8], RPCError>)
    }

    private enum State {
        /// Offers are collected. To `awaiting` with a winner, to `finished` without one.
        case collecting(Offers)
        /// The answer is awaited. To `finished` by the answer or the end of time.
        case awaiting
        /// Over: nothing follows.
        case finished
    }

    private struct Offers {
        var until: Instant?
        var isShorted = false
        var best: (server: String, affinity: Float)?
        var heard: Set<String> = []
        var error: RPCError?
    }

    /// Bounds what servers can make a client remember for one call: more offers than any deployment has workers.
    static let maximumOffers = 10_000

    private let selection: Selection
    private let end: Instant
    private var state: State

    /// A call whose request is about to go out; `selection` is nil for methods without a claim.
    init(selection: Selection?, timeout: Duration, now: Instant) {
        self.selection = selection ?? .first
        end = now + timeout
        state = selection == nil ? .awaiting : .collecting(Offers())
    }

    /// The request has gone out: offers can come from now on.
    ///
    /// Until then, which may be long while the bus is away, nobody is to blame for not offering.
    mutating func sent(now: Instant) -> Action {
        guard case .collecting(var offers) = state, let limit = selection.affinityTimeout, limit > .zero else {
            return .wait
        }
        offers.until = min(offers.until ?? end, now + limit)
        state = .collecting(offers)
        return .wait
    }

    /// When `timeReached` is due; nil once the call is over.
    var deadline: Instant? {
        switch state {
        case .collecting(let offers): min(offers.until ?? end, end)
        case .awaiting: end
        case .finished: nil
        }
    }

    /// A server offers to take the call.
    mutating func offered(by server: String, affinity: Float, now: Instant) -> Action {
        guard case .collecting(var offers) = state, !affinity.isNaN else { return .wait }
        guard offers.heard.count < Self.maximumOffers, offers.heard.insert(server).inserted else { return .wait }
        if selection.accepts(affinity) {
            if selection.takesAtOnce(affinity) { return choose(server) }
            if affinity > offers.best?.affinity ?? 0 { offers.best = (server, affinity) }
            if let short = selection.shortCircuit, short > .zero, !offers.isShorted {
                offers.isShorted = true
                offers.until = min(offers.until ?? end, now + short)
            }
        }
        state = .collecting(offers)
        return .wait
    }

    /// A server answered.
    mutating func answered(_ result: Result<[UInt8], RPCError>) -> Action {
        switch state {
        case .collecting(var offers):
            // Before anyone was chosen only a refusal makes sense: a server that could not read the request.
            // Another may still offer.
            if case .failure(let error) = result { offers.error = error }
            state = .collecting(offers)
            return .wait
        case .awaiting: return finish(result)
        case .finished: return .wait
        }
    }

    /// The time is `now`.
    mutating func timeReached(_ now: Instant) -> Action {
        guard let deadline, deadline <= now else { return .wait }
        guard case .collecting(let offers) = state else { return finish(.failure(.timedOut)) }
        if let best = offers.best { return choose(best.server) }
        if let error = offers.error { return finish(.failure(error)) }
        return finish(.failure(offers.heard.isEmpty ? .noResponse : .noneAvailable(claims: offers.heard.count)))
    }

    /// Something the call needs failed, or its caller gave up.
    mutating func failed(_ error: RPCError) -> Action {
        if case .finished = state { return .wait }
        return finish(.failure(error))
    }

    private mutating func choose(_ server: String) -> Action {
        state = .awaiting
        return .choose(server: server)
    }

    private mutating func finish(_ result: Result<[UInt8], RPCError>) -> Action {
        state = .finished
        return .finish(result)
    }
}
