/// How a session ended.
package enum IngressSessionEnd: Sendable, Hashable, Codable {
    /// The source ended, or stayed away longer than it may.
    case completed
    /// The worker ended it.
    case stopped(IngressStopReason)
    /// Something went wrong.
    case failed(IngressSessionError)
}
