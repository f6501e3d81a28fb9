package import LiveKitProtocol
import MediaWire
import MessageBus

/// Why somebody may not publish, in the words of LiveKit's ingress where it has some (reference, §13).
package enum IngressRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// No stream key was given.
    case missingStreamKey
    /// No ingress has this stream key.
    case notFound
    /// The stream key is that of an ingress of this other kind.
    case wrongInput(Livekit_IngressInput)
    /// The ingress was switched off.
    case disabled
    /// The ingress cannot be published to as it was made; the text says what is wrong with it.
    case invalid(String)
    /// Too many wrong keys came from the same address, which has to wait for so long.
    case heldBack(Duration)
    /// There is no room for another session on this worker.
    case capacity
    /// Somebody else publishes with this stream key, and stays.
    case busy
    /// The session before has not ended in time.
    case closing
    /// The worker takes no more sessions.
    case shuttingDown
    /// No room server answers.
    case unavailable

    /// The HTTP status that says the same.
    package var status: Int {
        switch self {
        case .missingStreamKey, .invalid: 400
        case .disabled: 403
        case .notFound, .wrongInput: 404
        case .busy: 409
        case .capacity, .heldBack: 429
        case .closing, .shuttingDown, .unavailable: 503
        }
    }

    /// When it is worth trying again, in whole seconds.
    package var retryAfter: Int {
        if case .heldBack(let wait) = self { max(1, Int(wait.inSeconds.rounded(.up))) } else { 2 }
    }

    /// What the publisher is told.
    package var description: String {
        switch self {
        case .missingStreamKey: "missing stream key"
        case .notFound: "ingress not found"
        case .wrongInput(let input): "ingress not found: the stream key is one for \(input.title)"
        case .disabled: "session is disabled"
        case .invalid(let text): text
        case .heldBack: "too many wrong stream keys came from this address: try again in \(retryAfter) s"
        case .capacity: "server capacity exceeded"
        case .busy: "somebody else publishes with this stream key"
        case .closing: "ingress closing"
        case .shuttingDown: "server shutting down"
        case .unavailable: "no room server answers"
        }
    }
}

extension RPCError {
    /// The same refusal for whoever asked over the bus.
    init(_ refusal: IngressRefusal) {
        let code: RPCErrorCode =
            switch refusal {
            case .missingStreamKey, .invalid: .invalidArgument
            case .disabled: .permissionDenied
            case .notFound, .wrongInput: .notFound
            case .busy: .alreadyExists
            case .capacity, .heldBack: .resourceExhausted
            case .closing, .shuttingDown, .unavailable: .unavailable
            }
        self.init(code, refusal.description)
    }
}
