/// The `o=` line: who made the description, and which version it is (RFC 8866 §5.2).
public struct SDPOrigin: Sendable, Hashable {
    /// A name, `-` for none.
    public var username: String
    /// The session, a number that browsers keep below 2⁶³.
    public var sessionID: UInt64
    /// Grows with each new description of the session.
    public var sessionVersion: UInt64
    /// The address, of no importance with ICE.
    public var address: String

    /// An origin with these fields.
    public init(username: String = "-", sessionID: UInt64, sessionVersion: UInt64, address: String = "127.0.0.1") {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.address = address
    }
}
