/// Why a publisher is not let in, or not let go on.
package enum RTMPRefusal: Error, Sendable, Hashable {
    /// No ingress has this key.
    case unknownKey
    /// The ingress is of another kind; names how it is published to.
    case wrongKind(String)
    /// The ingress is disabled.
    case disabled
    /// The ingress lacks something that it needs, a room for one; says what.
    case misconfigured(String)
    /// Too many wrong keys came from its address; says in how many seconds it may try again.
    case heldBack(seconds: Int)
    /// There is no room for one more.
    case noCapacity
    /// The server is about to end.
    case shuttingDown
    /// Another publisher has the key, and keeps it.
    case alreadyPublishing
    /// A newer publisher has come with the same key.
    case takenOver
    /// The ingress was deleted, or changed: it has to be published anew.
    case deleted
    /// The participant was removed, or the room is over.
    case roomEnded
    /// What is published cannot be taken; names the codec.
    case unsupportedCodec(String)
    /// Who decides did not, or something broke on our side.
    case unavailable
}

extension RTMPRefusal: CustomStringConvertible {
    /// The text that publishers are shown.
    package var description: String {
        switch self {
        case .unknownKey: "The stream key is not known."
        case .wrongKind(let kind): "The stream key is one for \(kind), not for RTMP."
        case .disabled: "The ingress is disabled."
        case .misconfigured(let what): "The ingress cannot be published to: \(what)."
        case .heldBack(let seconds):
            "Too many wrong stream keys came from this address; try again in \(seconds) s."
        case .noCapacity: "The server has no capacity left; try again later."
        case .shuttingDown: "The server is shutting down; connect again."
        case .alreadyPublishing: "Another publisher uses this stream key."
        case .takenOver: "Another publisher has taken over with this stream key."
        case .deleted: "The ingress was deleted or changed."
        case .roomEnded: "The room is over, or the participant was removed from it."
        case .unsupportedCodec(let codec):
            "\(codec) is not supported; send H.264, H.265, AV1, VP8 or VP9 with AAC, MP3 or Opus."
        case .unavailable: "The server could not decide; try again later."
        }
    }

    /// Whether it is the fault of what is published, rather than of the moment.
    var isOfMedia: Bool {
        if case .unsupportedCodec = self { true } else { false }
    }

    /// The code that publishers compare.
    ///
    /// OBS and GStreamer know `Denied` as a matter of permission and `BadName` as a name in use (Adobe, ActionScript 3
    /// reference, NetStatusEvent); OBS's librtmp ends the connection on `Rejected` and `Denied`.
    var code: String {
        switch self {
        case .unknownKey, .wrongKind, .disabled, .misconfigured, .deleted, .roomEnded: "NetStream.Publish.Denied"
        case .alreadyPublishing, .takenOver: "NetStream.Publish.BadName"
        case .heldBack, .noCapacity, .shuttingDown, .unsupportedCodec, .unavailable: "NetStream.Publish.Rejected"
        }
    }
}
