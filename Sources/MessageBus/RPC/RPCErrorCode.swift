/// The kinds of failure that travel between services, as they are written on the wire.
public enum RPCErrorCode: String, Sendable, Hashable, CaseIterable {
    /// The caller gave up.
    case canceled
    /// The server failed with something it has no code for.
    case unknown
    case invalidArgument = "invalid_argument"
    /// The server could not read the request.
    case malformedRequest = "malformed_request"
    /// The client could not read the answer.
    case malformedResult = "malformed_result"
    /// No answer came in time.
    case deadlineExceeded = "deadline_exceeded"
    case notFound = "not_found"
    case alreadyExists = "already_exists"
    case permissionDenied = "permission_denied"
    case resourceExhausted = "resource_exhausted"
    case failedPrecondition = "failed_precondition"
    case aborted
    case outOfRange = "out_of_range"
    case unimplemented
    case `internal`
    /// Nobody is there to do it, or nobody has room for it.
    case unavailable
    case dataLoss = "data_loss"
    case unauthenticated
    case notAcceptable = "not_acceptable"
    case unprocessableEntity = "unprocessable_entity"
    /// Somebody the server depends on failed.
    case upstreamServerError = "upstream_server_error"
    /// Somebody the server depends on says the server asked wrongly.
    case upstreamClientError = "upstream_client_error"

    /// The HTTP status that LiveKit's services give this code.
    public var httpStatus: Int {
        switch self {
        case .canceled, .deadlineExceeded, .unavailable: 503
        case .unknown, .malformedResult, .internal, .dataLoss: 500
        case .invalidArgument, .malformedRequest: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .notAcceptable: 406
        case .alreadyExists, .aborted: 409
        case .failedPrecondition: 412
        case .outOfRange: 416
        case .unprocessableEntity: 422
        case .upstreamClientError: 424
        case .resourceExhausted: 429
        case .unimplemented: 501
        case .upstreamServerError: 502
        }
    }

    /// Whether asking again would bring the same answer.
    package var isLasting: Bool {
        switch self {
        case .invalidArgument, .malformedRequest, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
            .outOfRange, .unimplemented, .unauthenticated, .notAcceptable, .unprocessableEntity:
            true
        case .canceled, .unknown, .malformedResult, .deadlineExceeded, .resourceExhausted, .aborted, .internal,
            .unavailable, .dataLoss, .upstreamServerError, .upstreamClientError:
            false
        }
    }
}
