public import MediaWire

/// Which RTP header extensions a connection offers, accepts and stamps on what it sends.
///
/// An offered section lists those of its direction. An answer accepts whatever the offer has of either direction,
/// also on sections that carry nothing yet: a client that reuses them later keeps only what the first answer accepted.
public struct HeaderExtensionPolicy: Sendable, Hashable {
    /// Read from audio we receive.
    public var receivingAudio: [RTPExtensionURI]
    /// Read from video we receive.
    public var receivingVideo: [RTPExtensionURI]
    /// Stamped on audio we send.
    public var sendingAudio: [RTPExtensionURI]
    /// Stamped on video we send.
    ///
    /// With `transportWideCC` in it, the peer is asked for transport-wide feedback.
    public var sendingVideo: [RTPExtensionURI]

    /// Makes a policy from its four lists.
    public init(
        receivingAudio: [RTPExtensionURI],
        receivingVideo: [RTPExtensionURI],
        sendingAudio: [RTPExtensionURI],
        sendingVideo: [RTPExtensionURI]
    ) {
        self.receivingAudio = receivingAudio
        self.receivingVideo = receivingVideo
        self.sendingAudio = sendingAudio
        self.sendingVideo = sendingVideo
    }

    /// What LiveKit clients and servers use.
    public static let liveKit = HeaderExtensionPolicy(
        receivingAudio: [.mid, .audioLevel, .transportWideCC, .absSendTime, .absCaptureTime],
        receivingVideo: [
            .mid, .rid, .repairedRid, .transportWideCC, .absSendTime, .absCaptureTime, .dependencyDescriptor,
            .frameMarking, .videoOrientation,
        ],
        sendingAudio: [.mid, .audioLevel, .absCaptureTime],
        sendingVideo: [
            .mid, .rid, .repairedRid, .absSendTime, .absCaptureTime, .dependencyDescriptor, .videoOrientation,
            .playoutDelay,
        ]
    )

    func accepted(for kind: MediaKind) -> [RTPExtensionURI] {
        switch kind {
        case .audio: receivingAudio + sendingAudio
        case .video: receivingVideo + sendingVideo
        }
    }

    func offered(for kind: MediaKind, sends: Bool, receives: Bool) -> [RTPExtensionURI] {
        var uris: [RTPExtensionURI] = []
        if sends || !receives { uris += kind == .audio ? sendingAudio : sendingVideo }
        if receives {
            for uri in kind == .audio ? receivingAudio : receivingVideo where !uris.contains(uri) { uris.append(uri) }
        }
        return uris
    }

    func stamped(for kind: MediaKind) -> [RTPExtensionURI] { kind == .audio ? sendingAudio : sendingVideo }
}
