/// An `extmap` line: the identifier a header extension has in this bundle (RFC 8285 §5).
public struct SDPExtensionMap: Sendable, Hashable {
    /// The identifier, 1 through 14 for one-byte headers, up to 255 for two-byte headers.
    public var id: UInt8
    /// The URI that names the extension.
    public var uri: String
    /// Which way it is used, if not as the media.
    public var direction: SDPDirection?

    /// The extension `uri` with the identifier `id`.
    public init(id: UInt8, uri: String, direction: SDPDirection? = nil) {
        self.id = id
        self.uri = uri
        self.direction = direction
    }

    /// The extension if it is one this system knows.
    public var known: RTPExtensionURI? { RTPExtensionURI(rawValue: uri) }
}
