import Logging
import UnixSignals

/// What signals mean to a worker.
struct WorkerSignals {
    /// How urgently a worker is to end.
    private enum Urgency: Int, Comparable {
        case none, drain, stop, kill

        static func < (first: Urgency, second: Urgency) -> Bool { first.rawValue < second.rawValue }
    }

    private let worker: any Worker

    init(_ worker: any Worker) {
        self.worker = worker
    }

    /// Heeds signals for as long as the task lives.
    ///
    /// SIGTERM and SIGQUIT let what runs finish, SIGINT asks it to end; each further signal is one step more urgent.
    func heed(_ logger: Logger) async {
        var urgency = Urgency.none
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigquit, .sigint) {
            let asked: Urgency = signal == .sigint ? .stop : .drain
            let next = Urgency(rawValue: urgency.rawValue + 1) ?? .kill
            urgency = max(asked, next)
            logger.notice(
                "the worker is to end",
                metadata: ["signal": "\(signal)", "running": "\(worker.runningCount)", "by": "\(urgency)"]
            )
            switch urgency {
            case .none, .drain: worker.drain()
            case .stop: worker.stopAll()
            case .kill: worker.killAll()
            }
        }
    }
}
