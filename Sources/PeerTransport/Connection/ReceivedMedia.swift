public import MediaWire

/// One media packet that arrived: decrypted, retransmission unwrapped, duplicates removed, in order of arrival.
public struct ReceivedMedia: Sendable {
    /// The section it belongs to.
    public let mid: Mid
    /// The simulcast layer, nil for a single stream.
    public let rid: String?
    /// Codec of the payload.
    public let codec: Codec
    /// The packet; for a retransmission, as the original was (source, payload type, sequence number and payload).
    public let packet: RTPPacket
    /// Loudness, where the packet says it.
    public let audioLevel: AudioLevel?
    /// When it arrived.
    public let arrival: Instant
    /// Whether it came in the retransmission stream.
    public let isRetransmission: Bool
    /// Identifiers of the section's extensions, for `extensionValue`.
    let extensionNumbers: ExtensionMap

    /// The number the sender gave an extension; nil where it was not negotiated.
    public func extensionNumber(_ uri: RTPExtensionURI) -> UInt8? { extensionNumbers[uri] }

    /// The value of an extension by its URI, whatever number the sender gave it.
    public func extensionValue(_ uri: RTPExtensionURI) -> [UInt8]? {
        extensionNumbers[uri].flatMap { packet.extensions[$0] }
    }
}
