/// Why a hub could not be started.
public enum PeerHubError: Error, Sendable, Hashable {
    /// A configured address is not an IP address.
    case notAnAddress(String)
    /// A port is outside 0 through 65 535.
    case notAPort(Int)
    /// The operating system refused the socket.
    case cannotListen(address: String, reason: String)
}

extension PeerHubError: CustomStringConvertible {
    /// What was wrong and what would be right.
    public var description: String {
        switch self {
        case .notAnAddress(let text): "“\(text)” is not an IP address such as 192.0.2.1 or 2001:db8::1"
        case .notAPort(let number): "\(number) is not a port: 0 through 65535"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        }
    }
}
