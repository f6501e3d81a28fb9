/// Rights on telephony: the `sip` claim.
public struct SIPGrant: Sendable, Hashable, Codable {
    /// May manage trunks and dispatch rules.
    public var admin: Bool
    /// May make calls.
    public var call: Bool

    /// Makes a grant of the named rights.
    public init(admin: Bool = false, call: Bool = false) {
        self.admin = admin
        self.call = call
    }

    /// Reads the grant: what is missing is not granted.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        admin = try claims.decodeIfPresent(Bool.self, forKey: .admin) ?? false
        call = try claims.decodeIfPresent(Bool.self, forKey: .call) ?? false
    }
}
