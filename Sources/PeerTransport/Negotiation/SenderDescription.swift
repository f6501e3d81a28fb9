import MediaWire

/// An outgoing track as negotiation sees it, from `addSender` to `removeSender`.
struct SenderDescription: Sendable, Hashable {
    /// One stream of the track: a layer of a simulcast, or the only one.
    struct Stream: Sendable, Hashable {
        var rid: String?
        var ssrc: SSRC
        var retransmission: SSRC
    }

    var id: SenderID
    var kind: MediaKind
    /// Preferred first.
    var codecs: [Codec]
    var streamID: String
    var trackID: String
    var isStereo: Bool
    var streams: [Stream]
    /// The section it has been given, an index; nil while it waits for one.
    var section: Int?
    /// Whether the other side has no codec for it.
    var isRefused = false

    var rids: [String] { streams.compactMap(\.rid) }
    /// Joins the streams of one participant for synchronisation, as LiveKit does: the stream identifier.
    var cname: String { streamID.isEmpty || streamID == "-" ? trackID : streamID }
}
