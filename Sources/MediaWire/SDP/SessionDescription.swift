/// A session description (RFC 8866) as WebRTC uses it (RFC 9429).
///
/// Attributes without a field of their own are kept in order, so that what is read can be written again.
public struct SessionDescription: Sendable, Hashable {
    /// Bytes of text; a room of some hundred tracks makes about a megabyte.
    public static let maximumLength = 4 << 20
    /// Media sections.
    public static let maximumMediaSections = 2048

    /// Who made it.
    public var origin: SDPOrigin
    /// The `s=` line's contents.
    public var sessionName: String
    /// The `c=` line's contents, if there is one.
    public var connection: String?
    /// Sections that belong together.
    public var groups: [SDPGroup]
    /// How to reach the writer, where sections do not say it.
    public var transport: SDPTransport
    /// Whether the writer is an ICE-lite agent (RFC 8839 §5.3).
    public var iceLite: Bool
    /// Whether one- and two-byte header extensions may be mixed (RFC 8285 §6).
    public var extmapAllowMixed: Bool
    /// Every other attribute, in order.
    public var attributes: [SDPAttribute]
    /// The media sections.
    public var media: [SDPMedia]

    /// A description with these fields.
    public init(
        origin: SDPOrigin,
        sessionName: String = "-",
        groups: [SDPGroup] = [],
        transport: SDPTransport = SDPTransport(),
        iceLite: Bool = false,
        extmapAllowMixed: Bool = false,
        attributes: [SDPAttribute] = [],
        media: [SDPMedia] = []
    ) {
        self.origin = origin
        self.sessionName = sessionName
        self.groups = groups
        self.transport = transport
        self.iceLite = iceLite
        self.extmapAllowMixed = extmapAllowMixed
        self.attributes = attributes
        self.media = media
    }

    /// The mids that share one transport.
    public var bundledMids: [String] {
        groups.first { $0.semantics == SDPGroup.bundle }?.mids ?? []
    }

    /// The section with this mid, if there is one.
    public func media(mid: String) -> SDPMedia? {
        media.first { $0.mid == mid }
    }
}
