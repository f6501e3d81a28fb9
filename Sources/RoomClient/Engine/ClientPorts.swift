import MediaWire
import PeerTransportNIO

/// The UDP ports of one client: a hub of its own for each of its two peer connections.
///
/// Servers take all media on one port and tell connections apart by the address a packet comes from. Two connections
/// from one port of ours would look like one to them (and theirs to us), so no port is ever shared: neither between the
/// two connections of a client nor between clients in one process.
struct ClientPorts: Sendable {
    let subscriber: PeerHub
    let publisher: PeerHub

    /// Opens ports on the loop, and at the addresses, of a hub.
    static func open(like hub: PeerHub) async throws -> ClientPorts {
        let subscriber = try await port(like: hub)
        do {
            return ClientPorts(subscriber: subscriber, publisher: try await port(like: hub))
        } catch {
            await subscriber.shutdown()
            throw error
        }
    }

    /// Closes the ports.
    func shutdown() async {
        await subscriber.shutdown()
        await publisher.shutdown()
    }

    /// Binds the hub's address where it has only one; that fails for an address a router has lent it, and then, as for
    /// several addresses, all interfaces are bound and the same addresses told.
    private static func port(like hub: PeerHub) async throws -> PeerHub {
        var addresses: [String] = []
        for candidate in hub.localCandidates where candidate.transport == .udp {
            let address = candidate.address.ip.description
            if !addresses.contains(address) { addresses.append(address) }
        }
        if addresses.count == 1,
            let hub = try? await PeerHub.start(
                configuration: PeerHubConfiguration(
                    bindAddress: addresses[0],
                    advertisedAddresses: addresses,
                    readInterval: hub.configuration.readInterval
                ),
                on: hub.loop
            )
        {
            return hub
        }
        let anywhere = addresses.contains { $0.contains(":") } ? "::" : "0.0.0.0"
        return try await PeerHub.start(
            configuration: PeerHubConfiguration(
                bindAddress: anywhere,
                advertisedAddresses: addresses,
                readInterval: hub.configuration.readInterval
            ),
            on: hub.loop
        )
    }
}
