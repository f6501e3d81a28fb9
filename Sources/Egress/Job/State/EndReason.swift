/// Why a recording ends; the raw value is what LiveKit's `details` say after `End reason: `.
enum EndReason: String, Sendable, Hashable {
    case stopRequested = "StopEgress API"
    case sourceClosed = "Source closed"
    case killed = "Process killed"
    case failure = "Failure"
}

/// Why a recording failed: a text for people and a number that is an HTTP status.
struct JobFailure: Error, Sendable, Hashable {
    /// What was wrong, with which value.
    var text: String
    /// 400, 403, 404, 412, 500 or 503, as LiveKit's egress uses them.
    var code: Int32

    static let stoppedBeforeStart = JobFailure(text: "Stop called before pipeline could start", code: 412)
    static let noStartSignal = JobFailure(text: "Start signal not received", code: 412)
    static let connectionLost = JobFailure(text: "recording ended early: connection to room failed", code: 503)
    static let frozen = JobFailure(text: "pipeline frozen", code: 500)
}
