import JobProcess
import Logging
import NIOPosix
import PeerTransportNIO
import Synchronization

/// A session in its process: brings what the worker says to it, and what it reports to the worker.
///
/// Where a URL is pulled the source is here, and the worker says nothing but when to stop.
final class SessionHost: Sendable {
    private let description: SessionAssignment
    private let link: JobLink
    private let session: TranscodingSession
    private let logger: Logger
    /// Why the source could not be pulled, or was lost.
    private let failure = Mutex<IngressSessionError?>(nil)

    init(_ description: SessionAssignment, link: JobLink, hub: PeerHub, logger: Logger) {
        self.description = description
        self.link = link
        self.logger = logger
        var settings = TranscodingSettings()
        settings.grace = description.grace
        session = TranscodingSession(
            plan: description.plan,
            roomURL: description.url,
            token: description.token,
            hub: hub,
            logger: logger,
            settings: settings
        )
    }

    /// Hosts the session until it is over; whether the worker was told how it ended.
    func run() async -> Bool {
        // Not a task: it waits for the worker most of the time. It ends with the process.
        _ = WorkThread(name: "worker link") { [self] in hear() }
        // Not one of the group: it hears of the end when the others are cancelled.
        async let isTold = report()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sayAlive() }
            if let url = description.plan.url { group.addTask { await self.pull(url) } }
            _ = await session.run()
            group.cancelAll()
        }
        return await isTold
    }

    /// Brings what the worker says to the session, until the worker hangs up.
    private func hear() {
        while let message: SessionMessage = link.receive() {
            switch message {
            case .input(let event): session.receive(event)
            case .sourceLost: session.sourceLost()
            case .sourceResumed: session.sourceResumed()
            case .stop(let reason): session.stop(reason)
            case .start, .ready, .report, .progress: break
            }
        }
        session.stop(.shuttingDown)
    }

    /// Whether the last report, which is of the end, was delivered.
    private func report() async -> Bool {
        var isTold = false
        for await var report in session.reports {
            if case .ended = report.phase, let failure = failure.withLock({ $0 }) {
                report.phase = .ended(.failed(failure))
            }
            isTold = link.send(.report(report))
        }
        return isTold
    }

    private func sayAlive() async {
        while !Task.isCancelled {
            link.send(.progress)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func pull(_ url: String) async {
        let outcome: URLPull.Outcome
        do {
            let ranges = try description.allowedNetworks.map { try AddressRange($0) }
            let connector = try GuardedConnector(
                group: MultiThreadedEventLoopGroup.singleton,
                addressGuard: AddressGuard(allowed: ranges)
            )
            let pull = URLPull(try PullURL(url), connector: connector, sink: PulledInput(session))
            outcome = await pull.run()
        } catch let error as PullFailure {
            outcome = .failed(error)
        } catch {
            outcome = .failed(PullFailure(.unavailable, "the URL cannot be pulled: \(error)"))
        }
        guard case .failed(let reason) = outcome else {
            if outcome == .complete { session.receive(.ended) }
            return
        }
        logger.error("the URL cannot be pulled any further", metadata: ["reason": "\(reason)"])
        failure.withLock { $0 = IngressSessionError(reason) }
        // What was pulled before is published.
        session.receive(.ended)
    }
}

/// Takes what is pulled, but for the end: how the pull came to it is known afterwards.
private final class PulledInput: InputSink {
    private let session: TranscodingSession

    init(_ session: TranscodingSession) { self.session = session }

    func receive(_ event: InputEvent) {
        if case .ended = event { return }
        session.receive(event)
    }
}

extension IngressSessionError {
    /// What becomes of a session whose source cannot be pulled.
    init(_ failure: PullFailure) {
        let code: Code =
            switch failure.code {
            case .unsupportedContainer, .unsupportedFormat, .noMedia: .unsupportedFormat
            case .invalidURL, .refusedAddress: .invalidRequest
            case .notFound, .unavailable, .excessive: .sourceNotReady
            }
        self.init(code, detail: failure.description)
    }
}
