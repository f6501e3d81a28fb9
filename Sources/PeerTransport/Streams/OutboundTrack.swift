import MediaWire

/// One track we send: its streams and, while its section is agreed on, how to write its packets.
final class OutboundTrack {
    /// What the last exchange settled for the track.
    struct Agreement {
        struct Payload {
            var codec: Codec
            var payloadType: UInt8
            var retransmissionPayloadType: UInt8?
            var clockRate: Int
            /// Whether the peer asks for lost packets, so that they are kept.
            var keepsPackets: Bool
        }

        /// One for each codec, in the order of preference.
        var payloads: [Payload]
        /// What is stamped on packets, and under which numbers.
        var extensions: ExtensionMap
        var mid: Mid
        var midBytes: [UInt8]
        /// The layers the peer takes; empty for a single stream.
        var acceptedRids: [String]
    }

    let id: SenderID
    private(set) var streams: [OutboundStream]
    var agreement: Agreement?

    init(id: SenderID, streams: [OutboundStream]) {
        self.id = id
        self.streams = streams
    }

    /// Goes on with other sources; what they stand for stays, what was sent of the old ones can't be asked for any more.
    func restart(as sender: SenderDescription) {
        streams = zip(sender.streams, streams).map { new, old in
            let stream = OutboundStream(new, of: sender)
            stream.clockRate = old.clockRate
            stream.clock = old.clock
            return stream
        }
    }

    /// The stream of a layer; of the only one for nil.
    func stream(_ rid: String?) -> OutboundStream? {
        for stream in streams where stream.rid == rid { return stream }
        return nil
    }
}

extension OutboundTrack.Agreement {
    init(_ section: NegotiatedSection, codecs: [Codec], policy: HeaderExtensionPolicy) {
        payloads = codecs.compactMap { codec in
            section.sendParameters(for: codec).map {
                Payload(
                    codec: codec,
                    payloadType: $0.payloadType,
                    retransmissionPayloadType: $0.retransmissionPayloadType,
                    clockRate: $0.clockRate,
                    keepsPackets: $0.allows("nack")
                )
            }
        }
        extensions = ExtensionMap()
        for uri in policy.stamped(for: section.kind) { extensions[uri] = section.extensions[uri] }
        mid = section.mid
        midBytes = Array(section.mid.rawValue.utf8)
        acceptedRids = section.acceptedRids
    }

    func payload(_ codec: Codec) -> Payload? {
        for payload in payloads where payload.codec == codec { return payload }
        return nil
    }
}
