import MediaWire

/// Offer and answer for one bundle: the part of JSEP (RFC 8829) that media servers and their clients use.
///
/// Sections never move or vanish: the n-th section of every description of a connection is the same one. A section is
/// a place: it carries one outgoing track (a sender) or one incoming track, then nothing, then perhaps another. It is
/// given to another sender only after an exchange that said `inactive`, since clients report the new track only when
/// they saw the old one end.
///
/// Roles are fixed in practice: the offering side never answers, so there is no glare and no rollback; an offer out of
/// turn is refused. It is a value without time or transport: `PeerConnection` changes a copy and keeps it only if
/// nothing was thrown, so that a refused description leaves no trace.
///
///     stable ──createOffer──▶ haveLocalOffer ──setRemoteAnswer──▶ stable
///     stable ──setRemoteOffer──▶ haveRemoteOffer ──createAnswer──▶ stable
struct Negotiator: Sendable {
    enum State: Sendable {
        case stable
        case haveLocalOffer([SectionDescription])
        case haveRemoteOffer(DescriptionContents)
    }

    /// One media section over the life of the connection.
    struct Section: Sendable {
        var kind: SectionDescription.Kind
        var mid: Mid
        /// Rejected by a side; it stays so.
        var isStopped = false
        var sender: SenderID?
        /// What was agreed last; nil for the application section and before the first exchange.
        var negotiated: NegotiatedSection?
        var lastLocal: SectionDescription?
        var lastRemote: SectionDescription?
        /// Whether the peer's receiver was rebuilt by an offer that is not answered yet.
        var isReceiverRebuilt = false

        /// Whether a new sender may have it: not in use, and the peer has seen the last track end.
        var isFree: Bool { !isStopped && sender == nil && negotiated?.sends != true && negotiated?.receives != true }
    }

    /// The agreed data channel parameters.
    struct DataChannelAgreement: Sendable, Hashable {
        var remotePort: UInt16
        /// The largest message the peer takes, bytes.
        var maxMessageSize: Int
    }

    /// The largest data channel message of a peer that states no limit, bytes (RFC 8841 §6.1).
    static let assumedMaxMessageSize = 65_536

    let rules: NegotiationRules
    var state = State.stable
    var sections: [Section] = []
    var senders: [SenderDescription] = []
    var remoteTransport: TransportDescription?
    var dataChannels: DataChannelAgreement?
    /// Sections whose audio was asked for in stereo.
    var stereoSections: Set<Mid> = []
    private var nextSender = 0

    init(rules: NegotiationRules) { self.rules = rules }

    // MARK: Senders

    /// Adds a track; it gets a section in the next offer or answer.
    mutating func addSender(
        kind: MediaKind,
        codecs: [Codec],
        streamID: String,
        trackID: String,
        isStereo: Bool,
        streams: [SenderDescription.Stream]
    ) -> SenderID {
        let id = SenderID(rawValue: nextSender)
        nextSender += 1
        senders.append(
            SenderDescription(
                id: id,
                kind: kind,
                codecs: codecs,
                streamID: streamID,
                trackID: trackID,
                isStereo: isStereo,
                streams: streams
            )
        )
        return id
    }

    /// Takes a track off its section, which the next description shows as inactive.
    mutating func removeSender(_ id: SenderID) {
        senders.removeAll { $0.id == id }
        for index in sections.indices where sections[index].sender == id { sections[index].sender = nil }
    }

    func sender(_ id: SenderID) -> SenderDescription? { senders.first { $0.id == id } }

    /// What was agreed for a sender's section, once it may send.
    func negotiated(for id: SenderID) -> NegotiatedSection? {
        guard let sender = sender(id), let section = sender.section, sections[section].sender == id,
            let negotiated = sections[section].negotiated, negotiated.sends
        else { return nil }
        return negotiated
    }

    /// Senders that have no section yet, by kind.
    var waiting: [MediaKind: Int] {
        var count: [MediaKind: Int] = [:]
        for sender in senders where sender.section == nil && !sender.isRefused { count[sender.kind, default: 0] += 1 }
        return count
    }

    /// Sections the other side must add to its offer for all senders to have one, by kind.
    var missingSections: [MediaKind: Int] {
        var missing = waiting
        for section in sections where section.isFree {
            guard let kind = section.kind.mediaKind, let remote = section.lastRemote, remote.receives, !remote.sends
            else { continue }
            if let count = missing[kind] { missing[kind] = count > 1 ? count - 1 : nil }
        }
        return missing
    }

    mutating func assign(_ senderIndex: Int, to section: Int) {
        senders[senderIndex].section = section
        sections[section].sender = senders[senderIndex].id
    }

    /// Puts a section out of use for good and its sender back in the queue.
    mutating func stop(_ section: Int) {
        sections[section].isStopped = true
        sections[section].negotiated = nil
        if let id = sections[section].sender, let index = senders.firstIndex(where: { $0.id == id }) {
            senders[index].section = nil
        }
        sections[section].sender = nil
    }

    /// Marks as refused the senders whose section has no codec for them, and gives up their sections.
    mutating func refuseIncompatibleSenders() {
        for index in senders.indices {
            guard let place = senders[index].section, let negotiated = sections[place].negotiated,
                !negotiated.codecs.contains(where: { senders[index].codecs.contains($0.codec) })
            else { continue }
            senders[index].isRefused = true
            senders[index].section = nil
            sections[place].sender = nil
            sections[place].negotiated?.sends = false
        }
    }
}
