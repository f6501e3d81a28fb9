/// Sources that belong together (RFC 5576 §4.2): `FID` a stream and its retransmissions, `SIM` simulcast layers.
public struct SDPSourceGroup: Sendable, Hashable {
    /// How they belong together.
    public var semantics: String
    /// The sources; their order matters.
    public var sources: [SSRC]

    /// A group of sources.
    public init(semantics: String, sources: [SSRC]) {
        self.semantics = semantics
        self.sources = sources
    }

    /// A stream and the stream its retransmissions go on.
    public static let flowIdentification = "FID"
    /// Simulcast layers, from before there were rids.
    public static let simulcast = "SIM"
}
