import MediaWire

/// Addresses that are not those of hosts on the public Internet.
///
/// From the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890) and those the comments name.
enum SpecialAddresses {
    /// What an address is, if it is no usual one.
    static func reason(_ address: IPAddress) -> String? {
        if let reason = ranges.first(where: { $0.range.contains(address) })?.reason { return reason }
        // Global unicast is 2000::/3 (RFC 4291 §2.4); NAT64's addresses stand for IPv4 ones.
        guard case .v6(let high, _) = address, high >> 61 != 1, embedded(in: address) == nil else { return nil }
        return "an address outside the public IPv6 range"
    }

    /// The IPv4 address behind an address of NAT64 (RFC 6052 §2.1) or of 6to4 (RFC 3056 §2).
    static func embedded(in address: IPAddress) -> IPAddress? {
        switch address {
        case .v6(0x0064_FF9B_0000_0000, let low) where low >> 32 == 0: .v4(UInt32(low))
        case .v6(let high, _) where high >> 48 == 0x2002: .v4(UInt32(truncatingIfNeeded: high >> 16))
        default: nil
        }
    }

    private static func v4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ prefix: Int) -> AddressRange {
        AddressRange(IPAddress(v4: (a, b, c, d)), prefix)
    }

    private static let ranges: [(range: AddressRange, reason: String)] = [
        (v4(127, 0, 0, 0, 8), "a loopback address"),
        (v4(10, 0, 0, 0, 8), "a private address"),
        (v4(172, 16, 0, 0, 12), "a private address"),
        (v4(192, 168, 0, 0, 16), "a private address"),
        (v4(169, 254, 0, 0, 16), "a link-local address"),
        // RFC 6598.
        (v4(100, 64, 0, 0, 10), "a carrier's inner address"),
        (v4(0, 0, 0, 0, 8), "an unspecified address"),
        (v4(224, 0, 0, 0, 4), "a multicast address"),
        (v4(255, 255, 255, 255, 32), "a broadcast address"),
        (v4(240, 0, 0, 0, 4), "a reserved address"),
        // Azure's services for its own virtual machines.
        (v4(168, 63, 129, 16, 32), "a cloud's metadata address"),
        (v4(192, 0, 0, 0, 24), "a reserved address"),
        (v4(192, 0, 2, 0, 24), "a documentation address"),
        (v4(198, 51, 100, 0, 24), "a documentation address"),
        (v4(203, 0, 113, 0, 24), "a documentation address"),
        // RFC 7526.
        (v4(192, 88, 99, 0, 24), "a reserved address"),
        // RFC 2544.
        (v4(198, 18, 0, 0, 15), "a benchmarking address"),
        (AddressRange(.v6(0, 1), 128), "a loopback address"),
        (AddressRange(.v6(0, 0), 128), "an unspecified address"),
        // RFC 4193; the metadata services of EC2 and of Google are here too.
        (AddressRange(.v6(0xFC00 << 48, 0), 7), "a private address"),
        (AddressRange(.v6(0xFE80 << 48, 0), 10), "a link-local address"),
        (AddressRange(.v6(0xFEC0 << 48, 0), 10), "a site-local address"),
        (AddressRange(.v6(0xFF00 << 48, 0), 8), "a multicast address"),
        // Teredo and other assignments of RFC 2928.
        (AddressRange(.v6(0x2001 << 48, 0), 23), "a reserved address"),
        (AddressRange(.v6(0x2001_0DB8 << 32, 0), 32), "a documentation address"),
        // RFC 9637.
        (AddressRange(.v6(0x3FFF << 48, 0), 20), "a documentation address"),
    ]
}
