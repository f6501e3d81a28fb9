package import LiveKitProtocol

/// What arrives from a publisher, as `IngressState` tells it.
package struct WHIPInputState: Sendable, Hashable {
    /// The pictures: size and rate of the largest encoding, bits a second of all of them; nil before the first.
    package var video: Livekit_InputVideoState?
    /// The sound; nil before the first.
    package var audio: Livekit_InputAudioState?

    /// Nothing arrived yet.
    package init() {}
}
