package import MediaWire

/// A packet as one subscriber gets it.
package struct ForwardedPacket: Sendable, Hashable {
    /// The codec of the payload: RED has become Opus for a subscriber without RED.
    package var codec: Codec
    /// The marker bit.
    package var marker: Bool
    /// The number in the subscriber's stream.
    package var sequenceNumber: SequenceNumber
    /// The timestamp in the subscriber's stream.
    package var timestamp: UInt32
    /// The payload, rewritten where the codec needs it.
    package var payload: [UInt8]
    /// The loudness the publisher announced.
    package var audioLevel: AudioLevel?
}
