internal import MediaWire
internal import NIOCore
internal import PeerTransport

/// The candidates of a hub's sockets.
enum LocalCandidates {
    /// One UDP candidate for each address, and one for passive TCP where there is a port for it.
    static func make(addresses: [IPAddress], udpPort: UInt16, tcpPort: UInt16?) -> [ICECandidate] {
        // The earlier an address stands, the better it is.
        let preferences = addresses.indices.map { UInt16(clamping: Int(UInt16.max) - $0) }
        var candidates: [ICECandidate] = []
        for (index, address) in addresses.enumerated() {
            candidates.append(
                ICECandidate(
                    foundation: "udp\(index + 1)",
                    priority: ICE.priority(of: .host, transport: .udp, localPreference: preferences[index]),
                    address: TransportAddress(ip: address, port: udpPort)
                )
            )
            guard let tcpPort else { continue }
            candidates.append(
                ICECandidate(
                    foundation: "tcp\(index + 1)",
                    transport: .tcp,
                    priority: ICE.priority(of: .host, transport: .tcp, localPreference: preferences[index]),
                    address: TransportAddress(ip: address, port: tcpPort),
                    tcpType: .passive
                )
            )
        }
        return candidates
    }

    /// The addresses by which a socket bound to `bound` is reached, when none are configured.
    static func addresses(bound: IPAddress) throws -> [IPAddress] {
        guard bound.isUnspecified else { return [bound] }
        let all = try System.enumerateDevices().compactMap { $0.address.flatMap(TransportAddress.init)?.ip }
        return reachable(among: all, dualStack: !bound.isV4)
    }

    /// The addresses worth telling: not those of one link, loopback only where there is no other, IPv4 first.
    static func reachable(among all: [IPAddress], dualStack: Bool) -> [IPAddress] {
        let usable = all.filter { !$0.isLinkLocal && !$0.isUnspecified && (dualStack || $0.isV4) }
        let outside = usable.filter { !$0.isLoopback }
        let chosen = outside.isEmpty ? usable : outside
        var seen: Set<IPAddress> = []
        return (chosen.filter(\.isV4) + chosen.filter { !$0.isV4 }).filter { seen.insert($0).inserted }
    }
}
