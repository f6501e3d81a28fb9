/// The error codes of Twirp, with the HTTP status each is sent with.
public enum TwirpCode: String, Sendable, Hashable, CaseIterable {
    case canceled
    case unknown
    case invalidArgument = "invalid_argument"
    case malformed
    case deadlineExceeded = "deadline_exceeded"
    case notFound = "not_found"
    case badRoute = "bad_route"
    case alreadyExists = "already_exists"
    case permissionDenied = "permission_denied"
    case unauthenticated
    case resourceExhausted = "resource_exhausted"
    case failedPrecondition = "failed_precondition"
    case aborted
    case outOfRange = "out_of_range"
    case unimplemented
    case `internal`
    case unavailable
    case dataLoss = "dataloss"

    /// The HTTP status of an answer with this code.
    public var httpStatus: Int {
        switch self {
        case .canceled, .deadlineExceeded: 408
        case .invalidArgument, .malformed, .outOfRange: 400
        case .notFound, .badRoute: 404
        case .alreadyExists, .aborted: 409
        case .permissionDenied: 403
        case .unauthenticated: 401
        case .resourceExhausted: 429
        case .failedPrecondition: 412
        case .unimplemented: 501
        case .unavailable: 503
        case .unknown, .internal, .dataLoss: 500
        }
    }
}
