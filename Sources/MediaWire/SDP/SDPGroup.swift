/// A `group` line: media sections that belong together (RFC 5888 §5).
public struct SDPGroup: Sendable, Hashable {
    /// How they belong together, such as `BUNDLE`.
    public var semantics: String
    /// The sections' mids.
    public var mids: [String]

    /// A group of sections.
    public init(semantics: String, mids: [String]) {
        self.semantics = semantics
        self.mids = mids
    }

    /// Sections that share one transport (RFC 9143).
    public static let bundle = "BUNDLE"
}
