/// Why a recording failed: a text for people and a number that is an HTTP status.
struct JobFailure: Error, Codable, Sendable, Hashable {
    /// What was wrong, with which value.
    var text: String
    /// 400, 403, 404, 412, 413, 500 or 503, as LiveKit's egress uses them.
    var code: Int32

    static let stoppedBeforeStart = JobFailure(text: "Stop called before pipeline could start", code: 412)
    static let noStartSignal = JobFailure(text: "Start signal not received", code: 412)
    static let limitBeforeStart = JobFailure(text: "Session limit reached before start signal", code: 412)
    static let limitReached = JobFailure(text: "Session limit reached", code: 413)
    static let connectionLost = JobFailure(text: "recording ended early: connection to room failed", code: 503)
    static let subscriptionFailed = JobFailure(text: "failed to subscribe to track", code: 503)
    static let cpuExhausted = JobFailure(text: "CPU exhausted", code: 403)
    static let notStreaming = JobFailure(text: "UpdateStream called on non-streaming egress", code: 400)
    static let outputsOpening = JobFailure(text: "the outputs are being opened; try again", code: 503)
    static let frozen = JobFailure(text: "pipeline frozen", code: 500)

    /// No such participant came into the room in time.
    static func participantNotFound(_ identity: String) -> JobFailure {
        JobFailure(text: "participant \(identity) not found", code: 404)
    }

    /// No such track was published in time.
    static func trackNotFound(_ sid: String) -> JobFailure {
        JobFailure(text: "track \(sid) not found", code: 404)
    }
}
