/// Why a recording ends; the raw value is what LiveKit's `details` say after `End reason: `.
enum EndReason: String, Sendable, Hashable {
    case stopRequested = "StopEgress API"
    case sourceClosed = "Source closed"
    case killed = "Process killed"
    case limitReached = "Session limit reached"
    case allStreamsStopped = "All streams stopped"
    case cpuExhausted = "CPU exhausted"
    case failure = "Failure"
}
