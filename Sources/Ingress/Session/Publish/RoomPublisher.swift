import LiveKitProtocol
import Logging
import PeerTransportNIO
import RoomClient

/// Publishes to a room of a LiveKit server as a participant of its own.
final class RoomPublisher: TrackPublisher {
    let events: AsyncStream<PublisherEvent>

    private let client: RoomClient

    /// A participant that joins with `token`, which is never logged.
    init(url: String, token: String, hub: PeerHub, logger: Logger) {
        let configuration = RoomClientConfiguration(url: url, token: token, publishes: true)
        let client = RoomClient(configuration: configuration, hub: hub, logger: logger)
        self.client = client
        events = AsyncStream { continuation in
            // Free because a stream has no scope to run in: it ends with the client's events, or with its consumer.
            let task = Task {
                for await event in client.events {
                    if let event = PublisherEvent(event) { continuation.yield(event) }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func join() async throws(IngressSessionError) {
        do throws(RoomClientError) {
            try await client.connect()
        } catch {
            throw IngressSessionError(room: error)
        }
    }

    func publish(_ description: LocalTrackDescription) async throws(IngressSessionError) -> any PublishedTrack {
        do throws(RoomClientError) {
            return try await client.publish(description)
        } catch {
            throw IngressSessionError(room: error)
        }
    }

    func leave() async {
        await client.disconnect()
    }
}

extension PublisherEvent {
    /// What a room's event means for a session; nil for those that mean nothing.
    init?(_ event: RoomEvent) {
        switch event {
        case .joined(let snapshot): self = .joined(roomID: snapshot.room.sid)
        case .connectionState(.reconnected): self = .tracksRenamed
        case .localTrackUnpublished:
            self = .left(IngressSessionError(.roomDisconnected, detail: "the server ended a track"))
        case .disconnected(let reason, _): self = .left(IngressSessionError(leaving: reason))
        default: return nil
        }
    }
}

extension IngressSessionError {
    /// The room was left without our doing.
    init(leaving reason: Livekit_DisconnectReason) {
        switch reason {
        case .roomClosed, .roomDeleted, .participantRemoved, .duplicateIdentity, .clientInitiated:
            self.init(.roomDisconnected)
        default:
            self.init(.roomDisconnectedUnexpectedly)
        }
    }

    /// Joining or publishing failed.
    init(room error: RoomClientError) {
        switch error.code {
        case .refused(let reason): self.init(leaving: reason)
        case .unavailable, .timeout, .notConnected:
            self.init(.roomDisconnectedUnexpectedly, detail: error.message)
        case .invalidURL, .invalidArgument: self.init(.invalidRequest, detail: error.message)
        case .unauthorized, .notFound, .notPermitted: self.init(.roomDisconnected, detail: error.message)
        }
    }
}
