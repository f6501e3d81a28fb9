import Egress
import Logging
import UnixSignals

/// What signals mean to an egress worker.
enum EgressSignals {
    /// How urgently a worker is to end.
    private enum Urgency: Int, Comparable {
        case none, drain, stop, kill

        static func < (first: Urgency, second: Urgency) -> Bool { first.rawValue < second.rawValue }
    }

    /// Heeds signals for as long as the task lives.
    ///
    /// SIGTERM and SIGQUIT let egresses finish, SIGINT asks them to end; each further signal is one step more urgent.
    static func heed(_ worker: EgressWorker, _ logger: Logger) async {
        var urgency = Urgency.none
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigquit, .sigint) {
            let asked: Urgency = signal == .sigint ? .stop : .drain
            let next = Urgency(rawValue: urgency.rawValue + 1) ?? .kill
            urgency = max(asked, next)
            logger.notice(
                "the worker is to end",
                metadata: ["signal": "\(signal)", "egresses": "\(worker.jobCount)", "by": "\(urgency)"]
            )
            switch urgency {
            case .none, .drain: worker.drain()
            case .stop: worker.stopAll()
            case .kill: worker.killAll()
            }
        }
    }
}
