import MediaWire

/// What both sides agreed on for one section: all that sending and receiving need to know.
struct NegotiatedSection: Sendable, Hashable {
    var kind: MediaKind
    var mid: Mid
    var sends: Bool
    var receives: Bool
    /// Preferred first.
    var codecs: [CodecParameters]
    var extensions: ExtensionMap
    /// The layers of ours that the other side takes.
    var acceptedRids: [String]
    /// What the other side sends, where `receives`.
    var remoteStreamID: String
    var remoteTrackID: String
    var remoteRids: [String]
    var remoteSources: [SectionDescription.Source]

    /// The track the other side sends on the section, if it does.
    var remoteTrack: RemoteTrack? {
        guard receives else { return nil }
        var distinct: [Codec] = []
        for parameters in codecs where !distinct.contains(parameters.codec) { distinct.append(parameters.codec) }
        return RemoteTrack(
            mid: mid,
            kind: kind,
            streamID: remoteStreamID,
            trackID: remoteTrackID,
            rids: remoteRids,
            codecs: distinct,
            isActive: true
        )
    }

    /// The parameters to send a codec with.
    ///
    /// Of several H.264 forms the first with fragmentation (`packetization-mode=1`), which our packets need; of
    /// several VP9 profiles the first.
    func sendParameters(for codec: Codec) -> CodecParameters? {
        let candidates = codecs.lazy.filter { $0.codec == codec }
        if codec == .h264, let fragmenting = candidates.first(where: { $0.formatValue("packetization-mode") == "1" }) {
            return fragmenting
        }
        return candidates.first
    }
}
