public import LiveKitProtocol

// The one place where codes of the bus and codes of the HTTP API become each other.

extension RPCErrorCode {
    /// The code an API caller is given for this one.
    public var twirpCode: TwirpCode {
        switch self {
        case .canceled: .canceled
        case .unknown, .notAcceptable, .unprocessableEntity: .unknown
        case .invalidArgument, .upstreamClientError: .invalidArgument
        case .malformedRequest, .malformedResult: .malformed
        case .deadlineExceeded: .deadlineExceeded
        case .notFound: .notFound
        case .alreadyExists: .alreadyExists
        case .permissionDenied: .permissionDenied
        case .resourceExhausted: .resourceExhausted
        case .failedPrecondition: .failedPrecondition
        case .aborted: .aborted
        case .outOfRange: .outOfRange
        case .unimplemented: .unimplemented
        case .internal, .upstreamServerError: .internal
        case .unavailable: .unavailable
        case .dataLoss: .dataLoss
        case .unauthenticated: .unauthenticated
        }
    }

    /// The code that a service's API error travels the bus with.
    public init(_ code: TwirpCode) {
        self =
            switch code {
            case .canceled: .canceled
            case .unknown: .unknown
            case .invalidArgument: .invalidArgument
            case .malformed: .malformedRequest
            case .deadlineExceeded: .deadlineExceeded
            case .notFound: .notFound
            case .badRoute, .unimplemented: .unimplemented
            case .alreadyExists: .alreadyExists
            case .permissionDenied: .permissionDenied
            case .unauthenticated: .unauthenticated
            case .resourceExhausted: .resourceExhausted
            case .failedPrecondition: .failedPrecondition
            case .aborted: .aborted
            case .outOfRange: .outOfRange
            case .internal: .internal
            case .unavailable: .unavailable
            case .dataLoss: .dataLoss
            }
    }
}

extension RPCError {
    /// The bus error for an API error.
    public init(_ error: TwirpError) { self.init(RPCErrorCode(error.code), error.message) }
}

extension TwirpError {
    /// The API error for a bus error.
    public init(_ error: RPCError) { self.init(error.code.twirpCode, error.message) }
}
