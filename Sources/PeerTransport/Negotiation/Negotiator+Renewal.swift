import MediaWire

/// New sources for a receiver that its side has rebuilt.
///
/// When the codecs of a video section change in a client's offer, libwebrtc (as LiveKit's Rust engine 1.2.1 has it) tears the
/// section's receiver down and builds another while it applies the offer. Packets that come meanwhile find no receiver and
/// are taken for an unknown source; in that course the track is cut off the new receiver for good: pictures are decoded and
/// never shown. That engine changes the codecs of all sections (`x-google-start-bitrate`) when it first publishes video.
/// Another source in the answer connects the track again.
extension Negotiator {
    /// The tracks that go on with other sources in the next answer.
    var rebuiltReceivers: [SenderID] {
        sections.compactMap { $0.isReceiverRebuilt ? $0.sender : nil }
    }

    /// Compares the section with what it was in the last offer.
    mutating func noteRebuiltReceiver(_ index: Int, by theirs: SectionDescription) {
        let section = sections[index]
        guard section.kind == .media(.video), section.sender != nil, section.negotiated?.sends == true,
            let before = section.lastRemote, before.decoders != theirs.decoders
        else { return }
        sections[index].isReceiverRebuilt = true
    }

    mutating func setStreams(_ streams: [SenderDescription.Stream], of id: SenderID) {
        guard let index = senders.firstIndex(where: { $0.id == id }) else { return }
        senders[index].streams = streams
    }
}

extension SectionDescription {
    /// What a receiver is built from: its order and the feedback may change.
    fileprivate var decoders: Set<CodecParameters> {
        Set(
            codecs.map { codec in
                var codec = codec
                codec.feedback = []
                return codec
            }
        )
    }
}
