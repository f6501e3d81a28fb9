import FoundationEssentials
import JobProcess
import LiveKitProtocol
public import Logging
import MediaWire
public import MessageBus
import Storage
import Synchronization

/// Takes egress jobs from a bus and runs each in a process of its own.
///
/// The life of a job, seen from here: an offer is made (``Admission``) and chosen; the request becomes a plan, its output's paths
/// are claimed, room servers learn of the egress, a process is started and told what to record. Then a thread of its own hears
/// from the process until that hangs up. One that reported the end of its egress is done. One that did not has died: what it
/// wrote is completed by another process, and the egress is FAILED with the cause. Everything that changes is told to room
/// servers until somebody has heard it (``EgressReporter``); only then is the job forgotten. No job touches another.
///
/// A worker that is killed leaves its jobs' folders behind: its processes end their recordings in good order by themselves, and
/// the next worker completes what is incomplete and reports it.
public final class EgressWorker: Sendable {
    struct State {
        var admission: Admission
        var meter = UsageMeter()
        var jobs: [String: RunningJob] = [:]
        /// Completed for a dead worker, and not yet told.
        var orphans: [String: Orphan] = [:]
        /// Requests that were not offered for, the latest last.
        var declined: [String] = []
        var isDraining = false
        var load = 0.0
    }

    let configuration: EgressWorkerConfiguration
    let storage: LocalStorage
    let folder: WorkFolder
    let bus: any Bus
    let logger: Logger
    let metrics: WorkerMetrics
    let state: Mutex<State>
    let handlers: RPCServer
    private let server: RPCServer
    private let registrations = Mutex<[RPCRegistration]>([])
    private let settled: AsyncStream<String>
    private let settle: AsyncStream<String>.Continuation
    let reporter: EgressReporter

    /// A worker that takes no jobs yet.
    ///
    /// - Throws: an error that says what to change: folders that cannot be made, fewer cores than the cheapest egress costs.
    public init(configuration: EgressWorkerConfiguration, bus: any Bus, logger: Logger) throws {
        var logger = logger
        logger[metadataKey: "node"] = "\(configuration.nodeID)"
        let cores = configuration.cores ?? ProcessTable.cores()
        if configuration.countsCores {
            guard cores >= configuration.costs.cheapest else {
                throw LaunchError("\(cores) cores are fewer than the cheapest egress costs: see cpu_cost", 0)
            }
            if cores < configuration.costs.dearest {
                logger.info(
                    "some egresses cost more than this machine has; they will not be taken",
                    metadata: ["cores": "\(cores)", "cost": "\(configuration.costs.dearest)"]
                )
            }
        }
        self.configuration = configuration
        self.bus = bus
        self.logger = logger
        storage = try LocalStorage(root: configuration.recordings)
        let work = configuration.workFolder
        let root = work.isEmpty ? "\(storage.root)/.sluice" : try LocalStorage(root: work).root
        folder = try WorkFolder(root: root, name: configuration.nodeID)
        metrics = WorkerMetrics()
        let admission = Admission(
            cores: cores,
            limits: configuration.costs.limits,
            countsCores: configuration.countsCores
        )
        state = Mutex(State(admission: admission))
        server = RPCServer(bus: bus, service: EgressInternal.service, logger: logger)
        handlers = RPCServer(bus: bus, service: EgressHandler.service, logger: logger)
        let (settled, settle) = AsyncStream<String>.makeStream()
        (self.settled, self.settle) = (settled, settle)
        reporter = EgressReporter(
            bus: bus,
            createTimeout: configuration.createTimeout,
            updateTimeout: configuration.updateTimeout,
            logger: logger,
            onSettled: { settle.yield($0) }
        )
    }

    /// The folder local recordings are written into, absolute.
    public var recordings: String { storage.root }

    /// How many egresses are running, or being told of.
    public var jobCount: Int { state.withLock { $0.jobs.count } }

    /// Whether jobs are taken now, as far as the worker itself is concerned.
    public var isReady: Bool { state.withLock { !$0.isDraining } && reporter.isHealthy }

    /// Begins to take jobs; returns once offers can be made.
    ///
    /// The order is that of psrpc: whoever offers has to be able to hear the verdict.
    public func start() async throws(BusError) {
        try await reporter.start()
        tellOfUnstored()
        let list = try await server.register(EgressInternal.listActiveEgress) { [self] _ throws(RPCError) in
            var response = Rpc_ListActiveEgressResponse()
            response.egressIds = activeJobs.map(\.id)
            return response
        }
        let starting = try await server.register(
            EgressInternal.startEgress,
            affinity: { [self] in affinity(for: $0) },
            handler: { [self] request throws(RPCError) in try await start(request) }
        )
        registrations.withLock { $0 = [starting, list] }
        logger.info(
            "egress worker takes jobs",
            metadata: [
                "cores": "\(state.withLock { $0.admission.available(at: .monotonic) })", "room": "\(configuration.url)",
            ]
        )
    }

    /// Works until ``drain()`` was called, every egress has ended, and everything has been told; ``start()`` comes first.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.reporter.run() }
            group.addTask { await self.watch() }
            group.addTask { await self.completeOrphans() }
            group.addTask { for await id in self.settled { await self.forget(id) } }
            await poll { state.withLock { $0.isDraining } }
            // No more requests are heard; those whose offer is out are still answered, by a refusal.
            for registration in registrations.withLock({ $0 }) { group.addTask { await registration.close() } }
            await untilEverythingIsTold()
            group.cancelAll()
        }
        folder.removeIfEmpty()
        logger.info("egress worker has ended")
    }

    /// Takes no more jobs; those that run go on, and ``run()`` returns when they have ended.
    public func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// Takes no more jobs, and asks those that run to end in good order.
    public func stopAll() {
        drain()
        for job in activeJobs { job.stop(.killed, at: .monotonic) }
    }

    /// Ends every process at once; what they wrote is completed.
    ///
    /// Those that only finish a large file, or store it, are left to do so by themselves.
    public func killAll() {
        for job in activeJobs where !job.isRewriting {
            job.kill(JobFailure(text: "server is shutting down", code: 403))
        }
    }

    /// Those whose egress is not over.
    var activeJobs: [RunningJob] {
        state.withLock { state in state.jobs.values.filter { !$0.info.isOver }.sorted { $0.id < $1.id } }
    }

    /// Everything about an egress that may be over has been told.
    private func forget(_ id: String) async {
        // A later state may have come while this call was waiting for its turn: then there is another call after it.
        guard reporter.isSettled(id) else { return }
        if let orphan = state.withLock({ $0.orphans.removeValue(forKey: id) }) {
            clear(orphan.folder, of: id)
            reporter.forget(id)
        }
        guard let job = state.withLock({ $0.jobs[id] }), job.isDone else { return }
        for registration in job.takeRegistrations() { await registration.close() }
        if job.isSuperseded { job.folder.remove() } else { clear(job.folder, of: id) }
        state.withLock { $0.jobs[id] = nil }
        reporter.forget(id)
    }

    /// A job that has been told of has no news that would wake anybody, so the worker looks by itself.
    func settle(_ id: String) { settle.yield(id) }

    private func untilEverythingIsTold() async {
        await poll { state.withLock { state in state.jobs.values.allSatisfy(\.isDone) } }
        let limit = Instant.monotonic + Self.flushLimit
        await poll { (jobCount == 0 && reporter.isIdle) || .monotonic >= limit }
        if jobCount > 0 || !reporter.isIdle {
            logger.error("not everything could be told; the next worker with this folder will tell it")
        }
    }

    /// Waits until `isTrue`, or until the task is cancelled.
    private func poll(_ isTrue: () -> Bool) async {
        while !isTrue() {
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    /// How long a worker that ends waits for somebody to hear its last reports; they are kept on disk as well.
    private static let flushLimit = Duration.seconds(60)

    static var unixNanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}

extension Livekit_EgressStatus {
    /// The name of the protocol, such as `EGRESS_ACTIVE`.
    var name: String {
        switch self {
        case .egressStarting: "EGRESS_STARTING"
        case .egressActive: "EGRESS_ACTIVE"
        case .egressEnding: "EGRESS_ENDING"
        case .egressComplete: "EGRESS_COMPLETE"
        case .egressFailed: "EGRESS_FAILED"
        case .egressAborted: "EGRESS_ABORTED"
        case .egressLimitReached: "EGRESS_LIMIT_REACHED"
        case .UNRECOGNIZED(let number): "status \(number)"
        }
    }
}
