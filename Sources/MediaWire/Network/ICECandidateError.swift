/// Why a line is not a usable ICE candidate.
public enum ICECandidateError: Error, Hashable, Sendable {
    /// The line has another form than RFC 8839 §5.1 gives.
    case malformed(reason: String)
    /// The address is a host name, such as the `.local` names browsers hide addresses behind; it may be ignored.
    case hostName
    /// The transport is neither UDP nor TCP; it may be ignored.
    case unsupportedTransport
}

extension ICECandidateError: CustomStringConvertible {
    /// What was wrong.
    public var description: String {
        switch self {
        case .malformed(let reason): "ICE candidate is malformed: \(reason)"
        case .hostName: "ICE candidate has a host name instead of an address"
        case .unsupportedTransport: "ICE candidate is neither for UDP nor for TCP"
        }
    }
}
