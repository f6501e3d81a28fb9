import FoundationEssentials
import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import Synchronization

// MARK: - Watching jobs and the machine

extension EgressWorker {
    /// Looks after every job once a second.
    func watch() async {
        var ticks = 0
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            let jobs = activeJobs
            watch(jobs, at: .monotonic)
            ticks += 1
            if ticks % Self.sizeTicks == 0 { checkSizes(jobs) }
        }
    }

    private func watch(_ jobs: [RunningJob], at now: Instant) {
        for job in jobs where job.isFrozen(at: now, stopLimit: configuration.stopLimit) {
            logger.error("an egress stands still and is ended", metadata: ["egress": "\(job.id)"])
            job.kill(.frozen)
        }
        let entries = jobs.compactMap { job in
            job.process.flatMap { ProcessTable.entry(of: $0.pid) }.map { (job.id, $0) }
        }
        let time = ProcessTable.machineTime()
        let relief = state.withLock { state in
            state.load = state.meter.load(time)
            var usage: [String: ProcessUsage] = [:]
            for (id, entry) in entries { usage[id] = state.meter.usage(of: id, entry, at: now) }
            return state.admission.measured(usage, load: state.load, at: now)
        }
        relieve(relief, jobs, at: now)
    }

    private func relieve(_ relief: Admission.Relief, _ jobs: [RunningJob], at now: Instant) {
        func job(_ id: String) -> RunningJob? { jobs.first { $0.id == id } }
        switch relief {
        case .none: break
        case .stop(let id):
            logger.error(
                "too little CPU: the egress that needs most more than expected ends",
                metadata: ["egress": "\(id)"]
            )
            job(id)?.stop(.cpuExhausted, at: now)
        case .kill(let id): job(id)?.kill(.cpuExhausted)
        case .killForMemory(let id, let bytes):
            let gigabytes = (Double(bytes) / Double(1 << 30) * 100).rounded() / 100
            logger.error("too little memory: the largest egress is ended", metadata: ["egress": "\(id)"])
            job(id)?.kill(JobFailure(text: "OOM: \(gigabytes) GB used", code: 403))
        }
    }

    private func checkSizes(_ jobs: [RunningJob]) {
        for job in jobs {
            guard let limit = job.maximumSize, job.folder.size > limit else { continue }
            logger.info("an egress has reached the size it may have", metadata: ["egress": "\(job.id)"])
            job.stop(.limitReached, at: .monotonic)
        }
    }

    /// Sizes are looked at every 15 seconds (LiveKit's value).
    private static let sizeTicks = 15
}

// MARK: - What operators see

extension EgressWorker {
    /// Health as LiveKit's egress gives it: the cores that are free, and what is running.
    public var health: String {
        let (available, jobs) = state.withLock { state in
            (state.admission.available(at: .monotonic), state.jobs.values.filter { !$0.info.isOver })
        }
        var entries = ["\"CpuLoad\":\(available)"]
        for job in jobs.sorted(by: { $0.id < $1.id }) {
            guard let name = try? JSONEncoder().encode(job.id) else { continue }
            entries.append("\(String(decoding: name, as: UTF8.self)):{\"type\":\"\(job.kind)\"}")
        }
        return "{" + entries.joined(separator: ",") + "}"
    }
}
