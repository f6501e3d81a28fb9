internal import Glibc
internal import MediaWire

/// Sends the hub's datagrams on the descriptor of its socket, past NIO's write queue.
///
/// NIO closes a datagram channel on the first error it does not know to be harmless, and a peer can cause such errors
/// at will: a candidate that names a broadcast address (EACCES) or a network without a route (ENETUNREACH) would take
/// the port away from everyone. Here an error costs the one datagram. It also saves a buffer and a promise for each.
final class UDPSender {
    enum Outcome {
        /// The system has it, or will when its queue has room.
        case taken
        /// Too much waits already.
        case full
        /// The system will not send it there.
        case refused
    }

    /// Bytes that may wait for room in the system's queue: a few tens of milliseconds of many peers' media.
    static let backlogLimit = 4 << 20

    /// Borrowed from the channel, which outlives the sender's use.
    private let descriptor: CInt
    private var backlog: [(bytes: [UInt8], address: SocketName)] = []
    private var backlogHead = 0
    private var backlogBytes = 0

    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    /// Whether datagrams wait for room; `retry` sends them.
    var isWaiting: Bool { backlogHead < backlog.count }

    func send(_ bytes: [UInt8], to address: SocketName) -> Outcome {
        if !isWaiting {
            switch attempt(bytes, address) {
            case 0: return .taken
            case EAGAIN, ENOBUFS: break
            default: return .refused
            }
        }
        guard backlogBytes + bytes.count <= Self.backlogLimit else { return .full }
        backlog.append((bytes, address))
        backlogBytes += bytes.count
        return .taken
    }

    /// Sends what waits, as far as there is room.
    func retry() {
        while isWaiting {
            let next = backlog[backlogHead]
            let error = attempt(next.bytes, next.address)
            if error == EAGAIN || error == ENOBUFS { break }
            backlogBytes -= next.bytes.count
            backlogHead += 1
        }
        backlog.removeFirst(backlogHead)
        backlogHead = 0
    }

    /// One system call; gives its error, 0 for none.
    private func attempt(_ bytes: [UInt8], _ address: SocketName) -> CInt {
        while true {
            let sent = bytes.withUnsafeBytes { payload in
                address.bytes.withUnsafeBytes { name in
                    sendto(
                        descriptor,
                        payload.baseAddress,
                        payload.count,
                        CInt(MSG_DONTWAIT | MSG_NOSIGNAL),
                        name.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                        socklen_t(name.count)
                    )
                }
            }
            guard sent < 0 else { return 0 }
            if errno != EINTR { return errno }
        }
    }
}

/// An address as the system's socket calls take it.
struct SocketName {
    /// The bytes of `sockaddr_in` (family, port, address, 8 of padding) or `sockaddr_in6` (family, port, flow, address,
    /// scope).
    let bytes: [UInt8]

    init(_ address: TransportAddress, forV6Socket: Bool) {
        let port = [UInt8(address.port >> 8), UInt8(truncatingIfNeeded: address.port)]
        let family = { (number: CInt) in withUnsafeBytes(of: sa_family_t(number)) { [UInt8]($0) } }
        switch address.ip {
        case .v4 where !forV6Socket:
            bytes = family(AF_INET) + port + address.ip.bytes + [UInt8](repeating: 0, count: 8)
        case .v4:
            let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address.ip.bytes
            bytes = family(AF_INET6) + port + [0, 0, 0, 0] + mapped + [0, 0, 0, 0]
        case .v6:
            bytes = family(AF_INET6) + port + [0, 0, 0, 0] + address.ip.bytes + [0, 0, 0, 0]
        }
    }
}
