internal import Glibc
internal import MediaWire
internal import NIOCore

extension TransportAddress {
    /// What stands before an IPv4 address within an IPv6 one (RFC 4291 §2.5.5.2).
    fileprivate static let mappedPrefix: UInt64 = 0xFFFF

    /// The address of a socket; IPv4 seen through an IPv6 socket is IPv4.
    ///
    /// Nil for other kinds of sockets.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4): self = withUnsafeBytes(of: v4.address) { TransportAddress(v4: $0) }
        case .v6(let v6): self = withUnsafeBytes(of: v6.address) { TransportAddress(v6: $0) }
        case .unixDomainSocket: return nil
        }
    }

    /// The address in the bytes of a `sockaddr`, likewise.
    init?(socketName bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 2 else { return nil }
        switch CInt(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where bytes.count >= 8: self.init(v4: bytes)
        case AF_INET6 where bytes.count >= 24: self.init(v6: bytes)
        default: return nil
        }
    }

    /// `sockaddr_in`: family, port, address.
    private init(v4 raw: UnsafeRawBufferPointer) {
        self.init(
            ip: .v4(UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))),
            port: UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        )
    }

    /// `sockaddr_in6`: family, port, flow, address.
    private init(v6 raw: UnsafeRawBufferPointer) {
        let high = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let low = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        let isMapped = high == 0 && low >> 32 == Self.mappedPrefix
        self.init(
            ip: isMapped ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high, low),
            port: UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        )
    }
}

extension SocketAddress {
    /// The address as a socket of that family wants it.
    init(_ address: TransportAddress, forV6Socket: Bool) {
        var ip = address.ip
        if forV6Socket, case .v4(let number) = ip {
            ip = .v6(0, TransportAddress.mappedPrefix << 32 | UInt64(number))
        }
        do {
            self = try SocketAddress(packedIPAddress: ByteBuffer(bytes: ip.bytes), port: Int(address.port))
        } catch {
            preconditionFailure("an IP address has four or sixteen bytes")
        }
    }
}
