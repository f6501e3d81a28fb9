import LiveKitProtocol

extension Livekit_EgressInfo {
    /// Recording has begun, at this time of day in Unix nanoseconds.
    mutating func begin(at unixNanoseconds: Int64) {
        guard status == .egressStarting else { return }
        status = .egressActive
        startedAt = unixNanoseconds
        updatedAt = unixNanoseconds
    }

    /// The rest is being written.
    mutating func ending(at unixNanoseconds: Int64) {
        guard !isOver else { return }
        status = .egressEnding
        updatedAt = unixNanoseconds
    }

    /// The recording is over.
    mutating func conclude(_ outcome: JobStateMachine.Outcome, at unixNanoseconds: Int64) {
        guard !isOver else { return }
        let reason: EndReason
        switch outcome {
        case .complete(let cause):
            status = .egressComplete
            reason = cause
        case .limitReached:
            status = .egressLimitReached
            fail(.limitReached)
            reason = .limitReached
        case .aborted(let failure, let cause):
            status = .egressAborted
            fail(failure)
            reason = cause
        case .failed(let failure, let cause):
            status = .egressFailed
            fail(failure)
            reason = cause
        }
        details = details.isEmpty ? "End reason: \(reason.rawValue)" : "End reason: \(reason.rawValue); \(details)"
        endedAt = unixNanoseconds
        updatedAt = unixNanoseconds
    }

    /// Adds to `details` what whoever uses the result should know.
    mutating func note(_ text: String) {
        let known = details.split(separator: "; ")
        guard !known.contains(text[...]), known.count < Self.maximumNotes else { return }
        details += details.isEmpty ? text : "; \(text)"
    }

    private mutating func fail(_ failure: JobFailure) {
        error = failure.text
        errorCode = failure.code
    }

    /// Whether nothing more will happen to it.
    var isOver: Bool {
        switch status {
        case .egressComplete, .egressFailed, .egressAborted, .egressLimitReached: true
        case .egressStarting, .egressActive, .egressEnding, .UNRECOGNIZED: false
        }
    }

    /// Outputs may have something to say again and again; `details` is one line for people.
    private static let maximumNotes = 16
}
