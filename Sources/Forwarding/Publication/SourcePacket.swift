package import MediaWire

/// A publisher's packet, looked at once on behalf of all its subscribers.
package struct SourcePacket: Sendable {
    /// The packet as it came, unwrapped from RTX.
    package var packet: RTPPacket
    /// Its codec; RED for redundant audio.
    package var codec: Codec
    /// Which layer it belongs to.
    package var layer: Int
    /// Its sequence number, unwrapped.
    package var sequence: Int64
    /// Whether a decoder can start with this packet.
    ///
    /// Always true for audio.
    package var startsKeyFrame: Bool
    /// The loudness it announces.
    package var audioLevel: AudioLevel?
    /// What is passed on of its header extensions.
    package var extensions: PassedExtensions
    /// When it came.
    package var arrival: Instant
    /// For a packet a decoder can start with: those of its layer that came before it though they are behind it.
    package var overtakers: [SourcePacket] = []

    /// A packet with what was found out about it.
    package init(
        packet: RTPPacket,
        codec: Codec,
        layer: Int,
        sequence: Int64,
        startsKeyFrame: Bool,
        audioLevel: AudioLevel? = nil,
        extensions: PassedExtensions = PassedExtensions(),
        arrival: Instant
    ) {
        self.packet = packet
        self.codec = codec
        self.layer = layer
        self.sequence = sequence
        self.startsKeyFrame = startsKeyFrame
        self.audioLevel = audioLevel
        self.extensions = extensions
        self.arrival = arrival
    }
}
