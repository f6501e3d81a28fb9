import MediaWire

extension Negotiator {
    /// The tracks the other side sends: those agreed on, or, while an offer waits for its answer, those it announces.
    var remoteTracks: [RemoteTrack] {
        guard case .haveRemoteOffer(let offer) = state else {
            return sections.compactMap { $0.negotiated?.remoteTrack }
        }
        return offer.sections.compactMap { theirs in
            guard let kind = theirs.kind.mediaKind, theirs.sends, !theirs.isRejected else { return nil }
            let supported = rules.codecs(kind).map(\.codec)
            var codecs: [Codec] = []
            for codec in theirs.codecs.map(\.codec) where supported.contains(codec) && !codecs.contains(codec) {
                codecs.append(codec)
            }
            return RemoteTrack(
                mid: theirs.mid,
                kind: kind,
                streamID: theirs.streamID,
                trackID: theirs.trackID,
                rids: theirs.sentRids,
                codecs: codecs,
                isActive: true
            )
        }
    }
}
