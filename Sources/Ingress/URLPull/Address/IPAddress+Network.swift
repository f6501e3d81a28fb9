import MediaWire

extension IPAddress {
    /// The IPv4 address that an IPv4-mapped IPv6 address stands for (RFC 4291 §2.5.5.2), else the address itself.
    var unmapped: IPAddress {
        guard case .v6(0, let low) = self, low >> 32 == 0xFFFF else { return self }
        return .v4(UInt32(truncatingIfNeeded: low))
    }

    /// What counts as one peer: who has one IPv6 address has the other 2⁶⁴ of its network (RFC 4291 §2.5.4).
    var network: IPAddress {
        if case .v6(let high, _) = self { .v6(high, 0) } else { self }
    }
}
