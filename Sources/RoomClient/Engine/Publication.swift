import LiveKitProtocol
import MediaWire
import PeerTransport

/// A track on its way to being published, or published.
final class Publication {
    /// The size of pictures.
    struct Size: Sendable, Hashable {
        var width: Int
        var height: Int
    }

    /// How long the server may take to accept a track.
    static let patience = Duration.seconds(10)

    let cid: String
    let description: LocalTrackDescription
    /// What the caller holds; made when the server has accepted the track for the first time.
    var track: LocalTrack?
    /// The server's word on the track in the present session; nil until it has accepted it.
    var published: Livekit_TrackPublishedResponse?
    /// The sender on the present session's publisher connection.
    var sender: SenderID?
    var isMuted = false
    /// The size of the largest pictures, where it is another than that of the description.
    var size: Size?
    /// When waiting for the server is over; nil when nothing is awaited.
    var deadline: Instant?
    /// Cuts frames into packets, by rid (empty without simulcast).
    ///
    /// Numbers go on across sessions.
    var layers: [String: LayerSender] = [:]
    var completion: (@Sendable (Result<LocalTrack, RoomClientError>) -> Void)?

    init(cid: String, description: LocalTrackDescription) {
        self.cid = cid
        self.description = description
    }

    /// Tells the caller how publishing went.
    func complete(_ result: Result<LocalTrack, RoomClientError>) {
        completion?(result)
        completion = nil
    }

    /// The request that announces the track.
    var request: Livekit_SignalRequest {
        var request = Livekit_SignalRequest()
        request.addTrack = description.request(cid: cid)
        request.addTrack.muted = isMuted
        if let size {
            request.addTrack.width = UInt32(clamping: size.width)
            request.addTrack.height = UInt32(clamping: size.height)
        }
        return request
    }
}
