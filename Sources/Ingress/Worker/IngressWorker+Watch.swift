import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import Synchronization

// MARK: - Watching sessions and the machine

extension IngressWorker {
    /// Looks after every session, and after those that are waited for.
    func watch() async {
        var ticks = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.tick) } catch { return }
            endWaiting(at: .monotonic)
            ticks += 1
            guard ticks % Self.ticksASecond == 0 else { continue }
            let sessions = sessions
            killFrozen(sessions, at: .monotonic)
            measure(sessions, at: .monotonic)
        }
    }

    /// Ends the sessions whose publishers did not come back.
    private func endWaiting(at now: Instant) {
        let due = state.withLock { state in state.table.due(at: now).compactMap { state.sessions[$0] } }
        for session in due {
            logger.info("a publisher did not come back", metadata: session.metadata)
            session.sourceEnded(at: now)
        }
    }

    private func killFrozen(_ sessions: [HostedSession], at now: Instant) {
        for session in sessions {
            guard let why = session.killIfFrozen(at: now) else { continue }
            var metadata = session.metadata
            metadata["reason"] = "\(why)"
            logger.error("a session's process is killed", metadata: metadata)
        }
    }

    private func measure(_ sessions: [HostedSession], at now: Instant) {
        let entries = sessions.compactMap { session in
            session.process.flatMap { ProcessTable.entry(of: $0.pid) }.map { (session.resourceID, $0) }
        }
        let time = ProcessTable.machineTime()
        state.withLock { state in
            state.load = state.meter.load(time)
            var usage: [String: ProcessUsage] = [:]
            for (id, entry) in entries { usage[id] = state.meter.usage(of: id, entry, at: now) }
            // Nobody is sent away because the machine is busy: sessions leave out pictures by themselves.
            _ = state.admission.measured(usage, load: 0, at: now)
        }
    }

    private static let tick = Duration.milliseconds(250)
    private static let ticksASecond = 4
}
