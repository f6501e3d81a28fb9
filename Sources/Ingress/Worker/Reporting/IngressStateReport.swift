import JobProcess
import LiveKitProtocol

/// How a session stands, as it is told; each session is a subject of its own, so that none holds up the next.
struct IngressStateReport: StateReport, Hashable {
    static let finalRank = 2
    var ingressID: String
    var state: Livekit_IngressState

    var subject: String { state.resourceID }
    var status: Livekit_IngressState.Status { state.status }

    /// BUFFERING, PUBLISHING, and the end.
    var rank: Int {
        switch state.status {
        case .endpointBuffering, .UNRECOGNIZED: 0
        case .endpointPublishing: 1
        case .endpointInactive, .endpointComplete, .endpointError: Self.finalRank
        }
    }
}

extension Livekit_IngressState.Status {
    /// The name of the protocol, such as `ENDPOINT_PUBLISHING`.
    var name: String {
        switch self {
        case .endpointInactive: "ENDPOINT_INACTIVE"
        case .endpointBuffering: "ENDPOINT_BUFFERING"
        case .endpointPublishing: "ENDPOINT_PUBLISHING"
        case .endpointError: "ENDPOINT_ERROR"
        case .endpointComplete: "ENDPOINT_COMPLETE"
        case .UNRECOGNIZED(let number): "status \(number)"
        }
    }
}
