import MediaWire

/// One stream of a section we receive: a layer of a simulcast, or all there is.
///
/// Its source may change.
final class InboundLayer {
    let mid: Mid
    let rid: String?
    let kind: MediaKind
    /// Of the section; replaced when it is negotiated again.
    var payloads: PayloadMap
    var extensions: ExtensionMap
    /// Whether losses are asked for again, by codec: RED repairs itself.
    var nackableCodecs: Set<Codec>
    /// Whether key frames are asked for by FIR, where PLI was not negotiated.
    var asksByFullIntraRequest: Bool
    var firSequence: UInt8 = 0
    /// The source that carries it now, and the one that carries its retransmissions.
    var primary: InboundStream?
    var repair: InboundStream?

    init(section: NegotiatedSection, rid: String?) {
        mid = section.mid
        self.rid = rid
        kind = section.kind
        payloads = PayloadMap(section.codecs)
        extensions = section.extensions
        nackableCodecs = Self.nackable(section)
        asksByFullIntraRequest = Self.lacksPictureLoss(section)
    }

    /// Takes over what another exchange changed.
    func update(_ section: NegotiatedSection) {
        payloads = PayloadMap(section.codecs)
        extensions = section.extensions
        nackableCodecs = Self.nackable(section)
        asksByFullIntraRequest = Self.lacksPictureLoss(section)
    }

    private static func nackable(_ section: NegotiatedSection) -> Set<Codec> {
        Set(section.codecs.filter { $0.allows("nack") && $0.codec != .red }.map(\.codec))
    }

    private static func lacksPictureLoss(_ section: NegotiatedSection) -> Bool {
        let video = section.codecs.filter { $0.codec.kind == .video }
        return !video.contains { $0.allows("nack pli") } && video.contains { $0.allows("ccm fir") }
    }
}
