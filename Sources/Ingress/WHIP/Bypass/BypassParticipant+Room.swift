import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransportNIO
import RoomClient

// The participant's side of the room: joining, publishing, leaving.
extension BypassParticipant {
    /// Is in the room until the participant ends.
    func run() async {
        do {
            try await client.connect()
        } catch {
            // The error is of a token or an address, and has neither in its text.
            let reason = error.message
            hub.loop.execute { self.end(.roomDisconnected(reason)) }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen() }
            for await order in orders { await carryOut(order) }
            group.cancelAll()
        }
        await client.disconnect()
    }

    private func listen() async {
        for await event in client.events {
            switch event {
            case .joined(let snapshot): hub.loop.execute { self.roomID = snapshot.room.sid }
            // Servers may tell the identifier of a room that is new only after joining.
            case .roomUpdated(let room): hub.loop.execute { self.roomID = room.sid }
            case .disconnected(let reason, let text):
                hub.loop.execute { self.end(.roomDisconnected("\(text) (\(reason))")) }
            case .localTrackUnpublished(let sid):
                hub.loop.execute { self.unpublished(sid) }
            default: break
            }
        }
    }

    private func carryOut(_ order: Order) async {
        if let replaced = order.replaced { client.unpublish(replaced) }
        do {
            let track = try await client.publish(order.description)
            if order.kind == .video {
                track.onKeyFrameRequest { [weak self] layer in self?.keyFrameRequested(layer: layer) }
            }
            hub.loop.execute { self.published(track, kind: order.kind) }
        } catch {
            logger.warning("the room does not take a track", metadata: ["reason": "\(error.message)"])
            let reason = error.message
            hub.loop.execute { self.refused(order.kind, reason: reason) }
        }
    }

    private func published(_ track: LocalTrack, kind: MediaKind) {
        tracks[kind] = track
        switch kind {
        case .audio: _ = audio.published()
        case .video: for rid in video.published() { requestKeyFrame(rid: rid) }
        }
        seat.publishing([MediaKind.audio, .video].compactMap { tracks[$0]?.info }, room: roomID)
    }

    /// One kind that is not taken does not end the other; without either there is nothing left to do.
    private func refused(_ kind: MediaKind, reason: String) {
        switch kind {
        case .audio: audio.refused()
        case .video: video.refused()
        }
        let isWaiting = [audio.phase, video.phase].contains { $0 == .published || $0 == .publishing }
        if !isWaiting { end(.roomDisconnected(reason)) }
    }

    /// The server ended a track.
    private func unpublished(_ sid: TrackSID) {
        guard let (kind, _) = tracks.first(where: { $0.value.sid == sid }) else { return }
        tracks[kind] = nil
        refused(kind, reason: "the server ended the track")
    }
}
