/// The RTP header extensions this system knows, by the URI that names them in SDP.
public enum RTPExtensionURI: String, Sendable, Hashable, CaseIterable {
    /// The media section a packet belongs to (RFC 9143 §15.1).
    case mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
    /// The simulcast layer (RFC 8852 §4.1).
    case rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    /// The simulcast layer that a retransmission repairs (RFC 8852 §4.2).
    case repairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    /// Loudness and voice activity (RFC 6464).
    case audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    /// When the packet left the sender, 24 bits.
    case absSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    /// The packet's number on its transport, for congestion control.
    case transportWideCC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    /// When the media was captured, in NTP time.
    case absCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
    /// The frame dependency structure of scalable video.
    case dependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
    /// Bounds of the receiver's delay.
    case playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
    /// How the picture is to be turned.
    case videoOrientation = "urn:3gpp:video-orientation"
    /// Frame boundaries and layers (RFC 9626).
    case frameMarking = "urn:ietf:params:rtp-hdrext:framemarking"
    /// The difference of transmission and sampling time (RFC 5450).
    case timestampOffset = "urn:ietf:params:rtp-hdrext:toffset"
}
