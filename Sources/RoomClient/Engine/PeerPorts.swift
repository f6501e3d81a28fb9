import LiveKitProtocol
import PeerTransportNIO

/// A UDP port for each of a client's two connections.
///
/// A server with one port tells connections apart by address alone, so two from one port would be one to it.
struct PeerPorts: Sendable {
    let publisher: PeerHub
    let subscriber: PeerHub

    /// Opens two ports on the hub's event loop.
    static func open(beside hub: PeerHub) async throws(RoomClientError) -> PeerPorts {
        do {
            let publisher = try await hub.companion()
            do {
                return PeerPorts(publisher: publisher, subscriber: try await hub.companion())
            } catch {
                await publisher.shutdown()
                throw error
            }
        } catch {
            throw RoomClientError(.unavailable, "no UDP port could be opened for media: \(error)")
        }
    }

    /// The port of one of the connections.
    func hub(_ target: Livekit_SignalTarget) -> PeerHub {
        target == .publisher ? publisher : subscriber
    }

    /// Closes both ports.
    func close() async {
        await publisher.shutdown()
        await subscriber.shutdown()
    }
}
