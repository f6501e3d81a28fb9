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
    /// Of several H.264 forms one with fragmentation (`packetization-mode=1`), which our packets need, and of those
    /// constrained baseline (`42e0…`), which every receiver decodes; of several VP9 profiles the first.
    func sendParameters(for codec: Codec) -> CodecParameters? {
        let candidates = codecs.filter { $0.codec == codec }
        guard codec == .h264 else { return candidates.first }
        let fragmenting = candidates.filter { $0.formatValue("packetization-mode") == "1" }
        let baseline = fragmenting.first { $0.formatValue("profile-level-id")?.lowercased().hasPrefix("42e0") == true }
        return baseline ?? fragmenting.first ?? candidates.first
    }
}
