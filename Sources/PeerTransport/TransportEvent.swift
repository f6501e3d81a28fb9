package import MediaWire

/// What a `SecureTransport` tells its owner.
package enum TransportEvent: Sendable, Hashable {
    /// The connectivity of the path changed.
    case iceStateChanged(ICEConnectionState)
    /// Media now flows between these addresses.
    case selectedPair(local: TransportAddress, remote: TransportAddress)
    /// The handshake is done, the peer's certificate is the one its description named, keys are in use.
    case dtlsConnected(SRTPProfile)
    /// The handshake failed for good; the text says why.
    case dtlsFailed(String)
    /// A decrypted, authenticated RTP packet.
    case rtp([UInt8], arrival: Instant)
    /// A decrypted, authenticated compound RTCP packet.
    case rtcp([UInt8])
    /// A data channel can carry messages.
    case dataChannelOpened(DataChannelID, label: String, stream: UInt16)
    /// A whole message arrived.
    case dataChannelMessage(DataChannelID, [UInt8], binary: Bool)
    /// A data channel will carry no more messages.
    case dataChannelClosed(DataChannelID)
}

/// What a `SecureTransport` wants done.
package typealias TransportOutput = DriveOutput<TransportEvent>
