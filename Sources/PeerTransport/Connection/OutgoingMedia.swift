public import MediaWire

/// One RTP packet to send, before it has a payload type, a source and extension numbers.
///
/// The caller owns sequence number and timestamp: a forwarder keeps them continuous over layer switches.
public struct OutgoingMedia: Sendable {
    /// The codec; decides the payload type.
    public var codec: Codec
    /// The RTP marker: last packet of a video frame, first of a talk spurt.
    public var marker: Bool
    /// Sequence number of the primary stream.
    public var sequenceNumber: SequenceNumber
    /// RTP timestamp.
    public var timestamp: UInt32
    /// The payload.
    ///
    /// Shared with the retransmission buffer, so it is not copied per receiver.
    public var payload: [UInt8]
    /// Loudness, stamped where the extension was negotiated.
    public var audioLevel: AudioLevel?
    /// AV1 dependency descriptor, as bytes.
    public var dependencyDescriptor: [UInt8]?
    /// Capture time of the frame, as the extension's bytes.
    public var absCaptureTime: [UInt8]?
    /// Orientation byte of the picture (3GPP TS 26.114 §7.4.5).
    public var videoOrientation: UInt8?
    /// Playout delay extension, three bytes: minimum and maximum in units of 10 ms, 12 bits each.
    public var playoutDelay: [UInt8]?

    /// Makes a packet without optional extensions.
    public init(
        codec: Codec,
        marker: Bool,
        sequenceNumber: SequenceNumber,
        timestamp: UInt32,
        payload: [UInt8],
        audioLevel: AudioLevel? = nil,
        dependencyDescriptor: [UInt8]? = nil,
        absCaptureTime: [UInt8]? = nil,
        videoOrientation: UInt8? = nil,
        playoutDelay: [UInt8]? = nil
    ) {
        self.codec = codec
        self.marker = marker
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.payload = payload
        self.audioLevel = audioLevel
        self.dependencyDescriptor = dependencyDescriptor
        self.absCaptureTime = absCaptureTime
        self.videoOrientation = videoOrientation
        self.playoutDelay = playoutDelay
    }
}
