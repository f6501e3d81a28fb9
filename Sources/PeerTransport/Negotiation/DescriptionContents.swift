/// A session description as negotiation sees it: its sections in order and their one transport.
///
/// Everything is bundled (RFC 8843); a description whose accepted sections are not all in one group is refused.
struct DescriptionContents: Sendable, Hashable {
    /// Sections more than a room of a thousand tracks needs are an attack on our memory.
    static let maximumSections = 1024
    /// Codecs in one section; libwebrtc offers 40.
    static let maximumCodecs = 128
    /// Sources in one section; three layers with retransmissions are six.
    static let maximumSources = 32
    /// Simulcast layers in one section.
    static let maximumRids = 8
    /// Candidates of one description and, apart from it, trickled ones held back.
    static let maximumCandidates = 64
    /// Bytes of a description.
    ///
    /// A thousand sections of libwebrtc's take about three million.
    static let maximumLength = 4 << 20

    var sections: [SectionDescription]
    /// Nil when every section is rejected.
    var transport: TransportDescription?
}
