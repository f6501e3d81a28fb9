import FoundationEssentials
import JobProcess
import LiveKitProtocol
public import Logging
import MediaWire
public import MessageBus
import Synchronization

/// Takes what is published, and what is to be pulled, into rooms; each transcoding session runs in a process of its own.
///
/// The life of a session, seen from here: a publisher connects with a stream key, a room server is asked whose it is, and the
/// ``SessionTable`` says whether a session begins, goes on with this publisher, or is not to be had. For one that begins, room
/// servers learn that it is BUFFERING, a process is started, and a thread of its own hears from the process until that hangs up
/// (``SessionLife``): a process that died is started again while somebody publishes. What a publisher says goes through a
/// ``SessionFeed``, which never makes the publisher's event loop wait. A publisher that is lost is waited for; its participant stays
/// in the room. Everything that changes is told to room servers until somebody has heard it; only then is the session forgotten.
/// No session touches another.
public final class IngressWorker: Sendable {
    struct State {
        var admission: Admission
        var meter = UsageMeter()
        var table: SessionTable
        var keys = WrongKeyLimiter(at: .monotonic)
        /// By resource.
        var sessions: [String: HostedSession] = [:]
        /// Those without a process, by resource.
        var bypasses: [String: BypassSession] = [:]
        var nextPublisher: SessionTable.PublisherID = 1
        var isDraining = false
        var load = 0.0
    }

    let configuration: IngressWorkerConfiguration
    let logger: Logger
    let metrics = IngressMetrics()
    let state: Mutex<State>
    let reporter: IngressReporter
    let handlers: RPCServer
    /// Asks other workers, which may host the WHIP session that a request here is about.
    let colleagues: RPCClient
    private let server: RPCServer
    /// Offers to pull URLs.
    private let offers = Mutex<RPCRegistration?>(nil)
    /// Lists sessions, to the last: one that nobody lists is taken for lost.
    private let listing = Mutex<RPCRegistration?>(nil)
    private let settled: AsyncStream<String>
    private let settle: AsyncStream<String>.Continuation
    let doors = Mutex(IngressDoors())

    /// A worker that takes nothing yet.
    ///
    /// - Throws: an error that says what to change: fewer cores than the cheapest session costs.
    public init(configuration: IngressWorkerConfiguration, bus: any Bus, logger: Logger) throws {
        var logger = logger
        logger[metadataKey: "node"] = "\(configuration.nodeID)"
        let cores = configuration.cores ?? ProcessTable.cores()
        if configuration.countsCores, cores < configuration.costs.cheapest {
            throw LaunchError("\(cores) cores are fewer than the cheapest session costs: see cpu_cost", 0)
        }
        self.configuration = configuration
        self.logger = logger
        let admission = Admission(
            cores: cores,
            limits: configuration.costs.limits,
            countsCores: configuration.countsCores
        )
        let table = SessionTable(grace: configuration.grace, conflict: configuration.conflict)
        state = Mutex(State(admission: admission, table: table))
        server = RPCServer(bus: bus, service: IngressInternal.service, logger: logger)
        handlers = RPCServer(bus: bus, service: IngressHandler.service, logger: logger)
        colleagues = RPCClient(bus: bus, service: IngressHandler.service, logger: logger)
        let (settled, settle) = AsyncStream<String>.makeStream()
        (self.settled, self.settle) = (settled, settle)
        reporter = IngressReporter(bus: bus, logger: logger, onSettled: { settle.yield($0) })
    }

    /// How many sessions there are, or are being told of.
    public var sessionCount: Int { state.withLock { $0.sessions.count + $0.bypasses.count } }

    /// Whether another session would be taken, whatever its kind.
    public var isAvailable: Bool {
        let dearest = configuration.costs.dearest
        return state.withLock { state in
            !state.isDraining && state.admission.refusal(ofCost: dearest, at: .monotonic) == nil
        }
    }

    /// Begins to serve the bus; publishers are let in by ``openDoors()``.
    ///
    /// The order is that of psrpc: whoever offers has to be able to hear the verdict.
    public func start() async throws(BusError) {
        try await reporter.start()
        try await colleagues.start()
        let list = try await server.register(IngressInternal.listActiveIngress) { [self] _ throws(RPCError) in active }
        let starting = try await server.register(
            IngressInternal.startIngress,
            affinity: { [self] in affinity(for: $0) },
            handler: { [self] request throws(RPCError) in try await pull(request) }
        )
        offers.withLock { $0 = starting }
        listing.withLock { $0 = list }
        logger.info(
            "ingress worker takes sessions",
            metadata: [
                "cores": "\(state.withLock { $0.admission.available(at: .monotonic) })", "room": "\(configuration.url)",
            ]
        )
    }

    /// Works until ``drain()`` was called, every session has ended, and everything has been told; ``start()`` comes first.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.reporter.run() }
            group.addTask { await self.watch() }
            group.addTask { await self.forgetSettled() }
            await poll { state.withLock { $0.isDraining } }
            // No more URLs are asked for; those whose offer is out are still answered, by a refusal.
            if let offers = offers.withLock({ $0 }) { group.addTask { await offers.close() } }
            await untilEverythingIsTold()
            await listing.withLock { $0 }?.close()
            group.cancelAll()
        }
        await closeDoors()
        await colleagues.shutdown()
        logger.info("ingress worker has ended")
    }

    /// Takes no more sessions; those that run go on, and ``run()`` returns when they have ended.
    public func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// Takes no more sessions, and ends those that run in good order.
    public func stopAll() {
        drain()
        for session in sessions { stop(session, .shuttingDown, "the worker ends") }
        for bypass in bypasses { stop(bypass, "the worker ends") }
    }

    /// Ends every process at once.
    public func killAll() {
        stopAll()
        for session in sessions { session.kill() }
    }

    /// Those that are not over.
    var sessions: [HostedSession] {
        state.withLock { state in
            state.sessions.values.filter { !$0.isOver }.sorted { $0.resourceID < $1.resourceID }
        }
    }

    /// Those without a process that are not over.
    var bypasses: [BypassSession] {
        state.withLock { state in
            state.bypasses.values.filter { !$0.isDone }.sorted { $0.resourceID < $1.resourceID }
        }
    }

    /// A session that is over may have been told of already: then no news would wake anybody, so the worker looks by itself.
    func settle(_ resource: String) { settle.yield(resource) }

    private func forgetSettled() async {
        await withDiscardingTaskGroup { group in
            for await resource in settled { group.addTask { await self.forget(resource) } }
        }
    }

    /// Everything about a session that may be over has been told.
    private func forget(_ resource: String) async {
        // A later state may have come while this call was waiting for its turn: then there is another call after it.
        guard reporter.isSettled(resource) else { return }
        let (session, bypass) = state.withLock { ($0.sessions[resource], $0.bypasses[resource]) }
        guard session?.isDone ?? bypass?.isDone ?? false, let ingress = session?.ingressID ?? bypass?.ingressID else {
            return
        }
        await bypass?.participant?.left()
        let registrations = session?.takeRegistrations() ?? bypass?.takeRegistrations() ?? []
        for registration in registrations { await registration.close() }
        state.withLock { state in
            state.sessions[resource] = nil
            state.bypasses[resource] = nil
            state.table.ended(ingress, resource: resource)
        }
        reporter.forget(resource)
    }

    private func untilEverythingIsTold() async {
        await poll {
            state.withLock { state in
                state.sessions.values.allSatisfy(\.isDone) && state.bypasses.values.allSatisfy(\.isDone)
            }
        }
        let limit = Instant.monotonic + Self.flushLimit
        await poll { (sessionCount == 0 && reporter.isIdle) || .monotonic >= limit }
        if sessionCount > 0 || !reporter.isIdle {
            logger.error("not everything could be told: room servers may think that a session runs which does not")
        }
    }

    /// Waits until `isTrue`, or until the task is cancelled.
    func poll(_ isTrue: () -> Bool) async {
        while !isTrue() {
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    /// How long a worker that ends waits for somebody to hear its last reports.
    private static let flushLimit = Duration.seconds(60)

    static var unixNanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
