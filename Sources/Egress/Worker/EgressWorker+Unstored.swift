import JobProcess
import LiveKitProtocol
import Logging

// MARK: - What no storage took

extension EgressWorker {
    /// The egress as it ended, saying where its files are if no storage took them.
    func located(_ info: Livekit_EgressInfo, in job: JobFolder) -> Livekit_EgressInfo {
        guard info.isOver, job.hasUnstoredFiles else { return info }
        var info = info
        info.note("what is not stored is kept in \(folder.failedPath(of: info.egressID)) of the worker's machine")
        return info
    }

    /// Removes the folder of an egress that everything is told of, unless it holds the only copy of a file.
    func clear(_ job: JobFolder, of id: String) {
        guard job.hasUnstoredFiles else { return job.remove() }
        do throws(LaunchError) {
            try folder.keepFailed(job, of: id)
            logger.error(
                "files of an egress are not stored; they are kept",
                metadata: ["egress": "\(id)", "folder": "\(folder.failedPath(of: id))"]
            )
        } catch {
            logger.error(
                "files of an egress are not stored, and stay where they are",
                metadata: ["egress": "\(id)", "folder": "\(job.path)", "reason": "\(error)"]
            )
        }
    }

    /// Reminds operators of what nobody has fetched yet.
    func tellOfUnstored() {
        let failed = folder.failed
        guard let first = failed.first else { return }
        logger.warning(
            "files of egresses that could not be stored are kept; fetch or remove them",
            metadata: ["count": "\(failed.count)", "first": "\(folder.failedPath(of: first))"]
        )
    }
}
