import MediaWire

/// What an offer wants to publish, checked against what can be taken: one track of sound and one of pictures.
struct OfferedMedia: Sendable, Hashable {
    /// A section that sends.
    struct Section: Sendable, Hashable {
        var mid: String
        /// Of those offered the ones that can be taken, in the offer's order.
        var codecs: [Codec]
        /// Simulcast layers as offered; empty for a single stream.
        var rids: [String]
    }

    /// Most layers of simulcast: as many as a room has qualities.
    static let maximumLayers = 3
    /// What can be taken.
    static let codecs: Set<Codec> = [.opus, .h264, .vp8, .vp9, .av1, .h265]

    var audio: Section?
    var video: Section?
    /// All mids in order, and the type of the first section: what fragments name (RFC 8840 §4.4).
    var mids: [String]
    var firstMediaType: String

    /// Reads an offer; refuses what is not SDP, and what cannot be taken.
    init(parsing text: String) throws(WHIPRefusal) {
        let description: SessionDescription
        do {
            description = try SessionDescription.parse(text)
        } catch {
            throw .malformed("the offer cannot be read: \(error)")
        }
        guard let first = description.media.first else { throw .malformed("the offer has no media sections") }
        firstMediaType = first.mediaType
        mids = description.media.compactMap(\.mid)
        for media in description.media where media.isRTP && media.direction.sends && !media.isRejected {
            switch media.kind {
            case .audio: audio = try Self.section(media, besides: audio)
            case .video: video = try Self.section(media, besides: video)
            case nil: break
            }
        }
        guard audio != nil || video != nil else {
            throw .notAcceptable("the offer sends neither sound nor pictures: one audio and one video section may")
        }
    }

    private static func section(_ media: SDPMedia, besides other: Section?) throws(WHIPRefusal) -> Section {
        guard other == nil else {
            throw .notAcceptable(
                "more than 1 track with given media kind: the offer sends several of \(media.mediaType)"
            )
        }
        var offered: [Codec] = []
        for codec in media.payloads.compactMap(\.codec) where codecs.contains(codec) && codec.kind == media.kind {
            if !offered.contains(codec) { offered.append(codec) }
        }
        guard !offered.isEmpty else {
            let names = media.payloads.map(\.encodingName).filter { !$0.isEmpty }.prefix(8).joined(separator: ", ")
            let right = media.kind == .audio ? "opus" : "H264, VP8, VP9, AV1 or H265"
            throw .notAcceptable(
                "unsupported format for the source media: \(media.mediaType) in \(names) was offered, not \(right)"
            )
        }
        return Section(mid: media.mid ?? "", codecs: offered, rids: try rids(media))
    }

    private static func rids(_ media: SDPMedia) throws(WHIPRefusal) -> [String] {
        guard let simulcast = media.simulcast, !simulcast.send.isEmpty else { return [] }
        let layers = simulcast.send
        guard media.kind == .video else {
            throw .notAcceptable("invalid simulcast configuration: sound has no layers")
        }
        guard layers.count <= maximumLayers else {
            throw .notAcceptable(
                "invalid simulcast configuration: \(layers.count) layers were offered, more than \(maximumLayers)"
            )
        }
        let declared = Set(media.rids.lazy.filter { $0.direction == .send }.map(\.id))
        guard Set(layers).count == layers.count, layers.allSatisfy(declared.contains) else {
            throw .notAcceptable(
                "invalid simulcast configuration: a=simulcast names a layer twice, or one without a=rid:… send"
            )
        }
        return layers
    }
}
