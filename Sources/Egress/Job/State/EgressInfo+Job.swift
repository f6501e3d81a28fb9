import LiveKitProtocol

extension Livekit_EgressInfo {
    /// Recording has begun, at this time of day in Unix nanoseconds.
    mutating func begin(at unixNanoseconds: Int64) {
        status = .egressActive
        startedAt = unixNanoseconds
        updatedAt = unixNanoseconds
        if !fileResults.isEmpty { fileResults[0].startedAt = unixNanoseconds }
    }

    /// The rest is being written.
    mutating func ending(at unixNanoseconds: Int64) {
        status = .egressEnding
        updatedAt = unixNanoseconds
    }

    /// The recording is over; `file` is what became of it.
    mutating func conclude(_ outcome: JobStateMachine.Outcome, file: RecordedFile?, at unixNanoseconds: Int64) {
        switch outcome {
        case .complete(let reason):
            status = .egressComplete
            details = "End reason: \(reason.rawValue)"
        case .aborted(let failure, let reason):
            status = .egressAborted
            fail(failure, reason)
        case .failed(let failure, let reason):
            status = .egressFailed
            fail(failure, reason)
        }
        endedAt = unixNanoseconds
        updatedAt = unixNanoseconds
        if let note = file?.note { details += "; \(note)" }
        guard let file, !fileResults.isEmpty else { return }
        fileResults[0].startedAt = file.startedAt
        fileResults[0].endedAt = file.startedAt + file.durationNanoseconds
        fileResults[0].duration = file.durationNanoseconds
        fileResults[0].size = file.size
        fileResults[0].location = file.path
    }

    private mutating func fail(_ failure: JobFailure, _ reason: EndReason) {
        error = failure.text
        errorCode = failure.code
        details = "End reason: \(reason.rawValue)"
    }

    /// Whether nothing more will happen to it.
    var isOver: Bool {
        switch status {
        case .egressComplete, .egressFailed, .egressAborted, .egressLimitReached: true
        case .egressStarting, .egressActive, .egressEnding, .UNRECOGNIZED: false
        }
    }
}

/// A finished recording on disk.
struct RecordedFile: Sendable, Hashable {
    var path: String
    /// When its first frame was, in Unix nanoseconds.
    var startedAt: Int64
    var durationNanoseconds: Int64
    /// Bytes.
    var size: Int64
    /// What whoever uses the file should know of it, if anything.
    var note: String?
}
