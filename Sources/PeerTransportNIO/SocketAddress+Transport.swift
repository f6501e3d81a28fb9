internal import MediaWire
internal import NIOCore

extension TransportAddress {
    /// What stands before an IPv4 address within an IPv6 one (RFC 4291 §2.5.5.2).
    fileprivate static let mappedPrefix: UInt64 = 0xFFFF

    /// The address of a socket; IPv4 seen through an IPv6 socket is IPv4.
    ///
    /// Nil for other kinds of sockets.
    ///
    /// It reads the bytes of `sockaddr_in` (family, port, address) and `sockaddr_in6` (family, port, flow, address).
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4):
            self = withUnsafeBytes(of: v4.address) { raw in
                TransportAddress(
                    ip: .v4(UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))),
                    port: UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
                )
            }
        case .v6(let v6):
            self = withUnsafeBytes(of: v6.address) { raw in
                let high = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                let low = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
                let isMapped = high == 0 && low >> 32 == Self.mappedPrefix
                return TransportAddress(
                    ip: isMapped ? .v4(UInt32(truncatingIfNeeded: low)) : .v6(high, low),
                    port: UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
                )
            }
        case .unixDomainSocket: return nil
        }
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
