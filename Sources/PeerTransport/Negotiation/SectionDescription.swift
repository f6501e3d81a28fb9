import MediaWire

/// What one media section of a description says, as far as it concerns us and free of SDP's syntax.
struct SectionDescription: Sendable, Hashable {
    /// What a section carries.
    enum Kind: Sendable, Hashable {
        /// RTP of one kind.
        case media(MediaKind)
        /// Data channels.
        case application
        /// Something we always reject; the media name of the `m=` line.
        case unknown(String)

        var mediaKind: MediaKind? { if case .media(let kind) = self { kind } else { nil } }
    }

    /// A source that the section declares.
    struct Source: Sendable, Hashable {
        var ssrc: SSRC
        /// The source of its retransmissions (`FID` group).
        var retransmission: SSRC?
        /// Written only; a read one is not kept.
        var cname = ""
    }

    var kind: Kind
    /// Transport profile of the `m=` line, echoed in an answer.
    var profile: String
    /// Format list of the `m=` line as it stands, echoed when the section is rejected.
    var formats: [String]
    var mid: Mid
    var isRejected = false
    /// From the describing side's point of view.
    var sends = false
    var receives = false
    var codecs: [CodecParameters] = []
    var extensions = ExtensionMap()
    var streamID = ""
    var trackID = ""
    var sources: [Source] = []
    /// Layers the describing side sends, and those it receives, in the order of `a=simulcast`.
    var sentRids: [String] = []
    var receivedRids: [String] = []
    var sctpPort: UInt16?
    var maxMessageSize: Int?

    init(kind: Kind, profile: String, formats: [String] = [], mid: Mid) {
        self.kind = kind
        self.profile = profile
        self.formats = formats
        self.mid = mid
    }

    /// The parameters of a payload type, if it is a codec's own.
    func codec(payloadType: UInt8) -> CodecParameters? { codecs.first { $0.payloadType == payloadType } }
}
