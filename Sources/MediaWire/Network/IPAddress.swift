/// An IPv4 or IPv6 address, without a zone.
public enum IPAddress: Sendable, Hashable {
    /// An IPv4 address as its 32-bit number.
    case v4(UInt32)
    /// An IPv6 address as its upper and lower 64 bits.
    case v6(UInt64, UInt64)

    /// The IPv4 address with these four parts.
    public init(v4 parts: (UInt8, UInt8, UInt8, UInt8)) {
        self = .v4(UInt32(parts.0) << 24 | UInt32(parts.1) << 16 | UInt32(parts.2) << 8 | UInt32(parts.3))
    }

    /// The address with these 4 or 16 bytes in network order; `nil` for any other count.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self = .v6(
                bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
            )
        default: return nil
        }
    }

    /// The address's 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .v4(let number): bytes.append(bigEndian: number)
        case .v6(let high, let low):
            bytes.append(bigEndian: high)
            bytes.append(bigEndian: low)
        }
        return bytes
    }

    /// Whether it is an IPv4 address.
    public var isV4: Bool {
        if case .v4 = self { true } else { false }
    }

    /// Whether it is of this machine only: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        switch self {
        case .v4(let number): number >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// Whether it is of a private network: RFC 1918, or a unique local IPv6 address (RFC 4193).
    public var isPrivate: Bool {
        switch self {
        case .v4(let number): number >> 24 == 10 || number >> 20 == 0xAC1 || number >> 16 == 0xC0A8
        case .v6(let high, _): high >> 57 == 0xFC >> 1
        }
    }

    /// Whether it is of one link: 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291).
    public var isLinkLocal: Bool {
        switch self {
        case .v4(let number): number >> 16 == 0xA9FE
        case .v6(let high, _): high >> 54 == 0xFE80 >> 6
        }
    }

    /// Whether it is the "any" address, 0.0.0.0 or ::.
    public var isUnspecified: Bool {
        switch self {
        case .v4(let number): number == 0
        case .v6(let high, let low): high == 0 && low == 0
        }
    }
}
