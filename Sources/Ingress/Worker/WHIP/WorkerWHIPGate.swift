import LiveKitProtocol
import PeerTransportNIO

/// Lets WHIP publishers in as the worker decides.
struct WorkerWHIPGate: WHIPGate {
    let worker: IngressWorker
    let hub: PeerHub

    func admit(_ request: WHIPRequest) async throws(WHIPRefusal) -> WHIPAdmission {
        let attempt = PublishAttempt(
            input: .whipInput,
            streamKey: request.key.rawValue,
            address: request.clientAddress,
            origin: request.origin,
            // Its destination is closed instead, and with it whoever is connected.
            disconnect: { _ in }
        )
        do throws(IngressRefusal) {
            return try await worker.admit(attempt, hub: hub)
        } catch {
            throw WHIPRefusal(error)
        }
    }

    func passOn(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply? {
        try await worker.passOn(request)
    }
}

extension WHIPRefusal {
    fileprivate init(_ refusal: IngressRefusal) {
        self =
            switch refusal {
            case .missingStreamKey: .missingKey
            case .notFound: .unknownKey
            case .disabled: .disabled
            case .capacity: .capacity
            case .shuttingDown: .shuttingDown
            case .busy, .invalid, .wrongInput: WHIPRefusal(status: refusal.status, message: refusal.description)
            case .closing, .unavailable, .heldBack:
                WHIPRefusal(
                    status: refusal.status,
                    message: refusal.description,
                    headers: ["Retry-After": "\(refusal.retryAfter)"]
                )
            }
    }
}
