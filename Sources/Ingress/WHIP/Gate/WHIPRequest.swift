package import MediaWire

/// What a publisher asks for with its offer, as far as a gate judges it.
package struct WHIPRequest: Sendable {
    /// Which ingress is meant, and that the publisher may use it.
    package var key: WHIPStreamKey
    /// The first part of the path, which LiveKit calls the application; it means nothing.
    package var application: String
    /// What the sound may be encoded with, preferred first; empty if none is sent.
    package var audioCodecs: [Codec]
    /// What the pictures may be encoded with, preferred first; empty if none are sent.
    package var videoCodecs: [Codec]
    /// Encodings of the pictures that are sent at a time: more than one is simulcast.
    package var layers: Int
    /// Address of the publisher or of a proxy before it; for logs.
    package var clientAddress: String
    /// The address that the publisher answers for; nil if there is none.
    package var origin: IPAddress?

    /// A request by its parts.
    package init(
        key: WHIPStreamKey,
        application: String,
        audioCodecs: [Codec],
        videoCodecs: [Codec],
        layers: Int,
        clientAddress: String,
        origin: IPAddress? = nil
    ) {
        self.key = key
        self.application = application
        self.audioCodecs = audioCodecs
        self.videoCodecs = videoCodecs
        self.layers = layers
        self.clientAddress = clientAddress
        self.origin = origin
    }
}
