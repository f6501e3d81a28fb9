import JobProcess
package import LiveKitProtocol

extension Livekit_EgressInfo: StateReport {
    /// Nothing follows the end.
    package static var finalRank: Int { 3 }

    /// The egress.
    package var subject: String { egressID }

    /// Statuses never go backwards.
    package var rank: Int {
        switch status {
        case .egressStarting, .UNRECOGNIZED: 0
        case .egressActive: 1
        case .egressEnding: 2
        case .egressComplete, .egressFailed, .egressAborted, .egressLimitReached: Self.finalRank
        }
    }
}
