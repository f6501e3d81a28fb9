/// A call that failed, as its caller is told.
public struct RPCError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    public var code: RPCErrorCode
    /// What was wrong, without secrets.
    public var message: String

    /// An error.
    public init(_ code: RPCErrorCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The HTTP status of this error.
    public var httpStatus: Int { code.httpStatus }

    /// Nobody offered to take the call.
    public static let noResponse = RPCError(.unavailable, "no response from servers")
    /// The answer did not come in time.
    public static let timedOut = RPCError(.deadlineExceeded, "request timed out")
    /// The caller gave up.
    public static let canceled = RPCError(.canceled, "request canceled")

    /// Servers answered, but none of them has room.
    static func noneAvailable(claims: Int) -> RPCError {
        RPCError(.unavailable, "no servers available (received \(claims) responses)")
    }

    /// An error as it came over the wire: a code that is missing or not known counts as `unknown`.
    init(wireCode: String, message: String) {
        self.init(RPCErrorCode(rawValue: wireCode) ?? .unknown, message)
    }
}

extension RPCError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
