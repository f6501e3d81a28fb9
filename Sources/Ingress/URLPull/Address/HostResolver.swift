import Glibc
package import MediaWire

/// Finds the addresses of a host, once.
///
/// Blocks: for threads of their own.
package struct HostResolver: Sendable {
    /// Addresses of one name that are looked at.
    static let limit = 16

    private let resolve: @Sendable (String) throws(PullFailure) -> [IPAddress]

    /// A resolver of somebody's own.
    package init(_ resolve: @escaping @Sendable (String) throws(PullFailure) -> [IPAddress]) {
        self.resolve = resolve
    }

    /// The system's.
    package static let system = HostResolver { host throws(PullFailure) in try Self.look(up: host) }

    /// The addresses of a name, or the one that the host is written as.
    package func addresses(of host: String) throws(PullFailure) -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        return Array(try resolve(host).prefix(Self.limit))
    }

    private static func look(up host: String) throws(PullFailure) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw PullFailure(.unavailable, "the host \(host) is not known (\(String(cString: gai_strerror(status))))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = Self.address(of: entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let pointer = UnsafeRawPointer(entry.ai_addr) else { return nil }
        // Behind the family and the port (and an IPv6 flow) of `sockaddr_in` and `sockaddr_in6`.
        switch entry.ai_family {
        case AF_INET: return IPAddress(bytes: UnsafeRawBufferPointer(start: pointer + 4, count: 4))
        case AF_INET6: return IPAddress(bytes: UnsafeRawBufferPointer(start: pointer + 8, count: 16))
        default: return nil
        }
    }
}
