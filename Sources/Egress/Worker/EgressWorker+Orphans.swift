import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import Synchronization

// MARK: - Jobs of workers that are dead

extension EgressWorker {
    /// Completes and reports what dead workers have left in the work folder; those whose processes live on are waited for.
    func completeOrphans() async {
        let orphans = folder.orphans()
        guard !orphans.isEmpty else { return }
        logger.warning("egresses of a worker that died are completed", metadata: ["count": "\(orphans.count)"])
        await withDiscardingTaskGroup { group in
            for orphan in orphans { group.addTask { await self.complete(orphan) } }
        }
    }

    private func complete(_ orphan: Orphan) async {
        guard let record = orphan.folder.record, var info = orphan.folder.info else {
            // It was killed before it could be told what to record, or after all was told.
            orphan.folder.remove()
            return
        }
        while let entry = ProcessTable.entry(of: record.pid), entry.start == record.processStart {
            // The process has noticed that its worker is gone, and ends its recording in good order.
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
        if let own = orphan.folder.info { info = own }
        if !info.isOver {
            let failure = JobFailure(text: "the worker was killed; what had been recorded was completed", code: 500)
            info = await salvaged(record.description, info).failed(with: failure, at: Self.unixNanoseconds)
            orphan.folder.keep(info)
        }
        info = located(info, in: orphan.folder)
        guard !Task.isCancelled else { return }
        logger.info(
            "an egress of a dead worker is complete",
            metadata: ["egress": "\(info.egressID)", "status": "\(info.status.name)"]
        )
        state.withLock { $0.orphans[orphan.id] = orphan }
        reporter.report(info)
    }

    /// Salvaging waits for a process: not on a thread of the cooperative pool.
    private func salvaged(_ description: JobDescription, _ info: Livekit_EgressInfo) async -> Livekit_EgressInfo {
        await withCheckedContinuation { continuation in
            _ = WorkThread(name: "salvage") { continuation.resume(returning: self.salvage(description, info)) }
        }
    }
}
