/// Rights on hosted inference: the `inference` claim.
public struct InferenceGrant: Sendable, Hashable, Codable {
    /// May run inference.
    public var perform: Bool

    /// Makes a grant of the named rights.
    public init(perform: Bool = false) {
        self.perform = perform
    }

    /// Reads the grant: what is missing is not granted.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: CodingKeys.self)
        perform = try claims.decodeIfPresent(Bool.self, forKey: .perform) ?? false
    }
}
