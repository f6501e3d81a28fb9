/// Why a description was refused.
///
/// Nothing has changed when it is thrown.
public struct NegotiationError: Error, Hashable, CustomStringConvertible {
    /// What kind of fault it was.
    public enum Code: Sendable, Hashable {
        /// The text is not SDP.
        case malformed
        /// It is SDP, but contradicts itself, the other description or RFC 8829.
        case invalid
        /// It asks for something this implementation does not do.
        case unsupported
        /// It came at the wrong moment, such as an answer without an offer.
        case wrongState
        /// It is larger than a client has reason to send.
        case tooLarge
    }

    /// What kind of fault it was.
    public let code: Code
    /// What was wrong, with the value found and what would be right.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
