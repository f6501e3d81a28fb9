/// Rights on hosted observability: the `observability` claim.
public struct ObservabilityGrant: Sendable, Hashable, Codable {
    /// May write observations.
    public var write: Bool

    /// Makes a grant of the named rights.
    public init(write: Bool = false) {
        self.write = write
    }

    /// Reads the grant: what is missing is not granted.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        write = try claims.decodeIfPresent(Bool.self, forKey: .write) ?? false
    }
}
