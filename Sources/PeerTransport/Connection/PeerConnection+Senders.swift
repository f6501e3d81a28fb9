public import MediaWire

extension PeerConnection {
    /// Adds an outgoing track; it gets a media section in the next offer or answer.
    ///
    /// - Parameters:
    ///   - codecs: What may be sent, preferred first.
    ///   - streamID: Groups tracks that are played in step, first part of `a=msid`.
    ///   - trackID: Second part of `a=msid`.
    ///   - rids: Layers of a simulcast publisher; empty for a single stream.
    ///   - stereo: Whether Opus is sent with two channels.
    public func addSender(
        kind: MediaKind,
        codecs: [Codec],
        streamID: String,
        trackID: String,
        rids: [String] = [],
        stereo: Bool = false
    ) -> SenderID {
        let streams = newStreams(rids.isEmpty ? [nil] : rids)
        let id = negotiator.addSender(
            kind: kind,
            codecs: codecs,
            streamID: streamID,
            trackID: trackID,
            isStereo: stereo,
            streams: streams
        )
        guard let sender = negotiator.sender(id) else { return id }
        let track = OutboundTrack(id: id, streams: streams.map { OutboundStream($0, of: sender) })
        outbound.append(track)
        list(track)
        return id
    }

    /// Ends an outgoing track at once.
    ///
    /// Its section shows as inactive in the next description and is free after that.
    public func removeSender(_ id: SenderID) {
        guard let track = track(id) else { return }
        unlist(track)
        outbound[id.rawValue] = nil
        negotiator.removeSender(id)
    }

    /// The section of a sender, nil until it is agreed that it may send.
    public func mid(of id: SenderID) -> Mid? { negotiator.negotiated(for: id)?.mid }

    /// The codec to send: the most preferred one of the sender that was agreed on.
    public func codec(of id: SenderID) -> Codec? { track(id)?.agreement?.payloads.first?.codec }

    /// The payload type agreed for a codec of a sender.
    public func payloadType(of id: SenderID, codec: Codec) -> UInt8? {
        track(id)?.agreement?.payload(codec)?.payloadType
    }

    /// Senders that have no media section yet.
    ///
    /// As answerer, they wait for sections the client offers to receive on.
    public var unassignedSenders: [MediaKind: Int] { negotiator.waiting }

    /// Sections the client must still add to its next offer so that every sender has one; free ones are counted in.
    public var missingSections: [MediaKind: Int] { negotiator.missingSections }

    func track(_ id: SenderID) -> OutboundTrack? {
        outbound.indices.contains(id.rawValue) ? outbound[id.rawValue] : nil
    }

    // MARK: Sources

    /// Makes the next description show other sources of a track.
    func giveNewSources(to id: SenderID, in negotiator: inout Negotiator) {
        guard let track = track(id) else { return }
        negotiator.setStreams(newStreams(track.streams.map(\.rid)), of: id)
    }

    /// Goes on with the sources that negotiation has now; numbers and times of the packets run on.
    func restart(_ track: OutboundTrack, as sender: SenderDescription) {
        unlist(track)
        track.restart(as: sender)
        list(track)
    }

    private func list(_ track: OutboundTrack) {
        for stream in track.streams {
            outboundBySource[stream.ssrc] = stream
            outboundBySource[stream.retransmissionSSRC] = stream
        }
    }

    private func unlist(_ track: OutboundTrack) {
        for stream in track.streams {
            for source in [stream.ssrc, stream.retransmissionSSRC] {
                outboundBySource[source] = nil
                transport.forgetSource(source)
            }
        }
    }

    private func newStreams(_ rids: [String?]) -> [SenderDescription.Stream] {
        var taken: Set<SSRC> = []
        return rids.map { rid in
            SenderDescription.Stream(
                rid: rid,
                ssrc: unusedSource(besides: &taken),
                retransmission: unusedSource(besides: &taken)
            )
        }
    }

    private func unusedSource(besides taken: inout Set<SSRC>) -> SSRC {
        while true {
            let source = SSRC(rawValue: UInt32.random(in: 1...UInt32.max))
            if source != reporter, outboundBySource[source] == nil, taken.insert(source).inserted { return source }
        }
    }
}
