/// The hash of a DTLS certificate (RFC 8122 §5).
public struct SDPFingerprint: Sendable, Hashable {
    /// The hash function in lower case, such as `sha-256`.
    public var algorithm: String
    /// The hash in upper-case hexadecimal bytes with colons between.
    public var value: String

    /// A hash by `algorithm`; both texts are brought to their usual case.
    public init(algorithm: String, value: String) {
        self.algorithm = algorithm.lowercased()
        self.value = value.uppercased()
    }
}
