/// What the `ssrc` lines say of one source (RFC 5576 §4.1).
public struct SDPSource: Sendable, Hashable {
    /// The source.
    public var ssrc: SSRC
    /// What is said of it, such as `cname:…` and `msid:…`.
    public var attributes: [SDPAttribute]

    /// A source with these attributes.
    public init(ssrc: SSRC, attributes: [SDPAttribute]) {
        self.ssrc = ssrc
        self.attributes = attributes
    }

    /// The canonical name, if it is given.
    public var canonicalName: String? {
        attributes.first { $0.name == "cname" }?.value
    }
}
