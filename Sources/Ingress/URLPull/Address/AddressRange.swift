package import MediaWire

/// A range of IP addresses in CIDR notation: `10.0.0.0/8`, `fd00::/8`, or one address alone.
package struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    /// The text is no range.
    package struct Invalid: Error, Hashable, CustomStringConvertible {
        /// Says what was wrong and what would be right.
        package let description: String
    }

    private let base: IPAddress
    private let prefix: Int

    /// The range written as `text`.
    ///
    /// Bits behind the prefix have to be zero: one who writes `10.1.2.3/8` may not mean sixteen million addresses.
    package init(_ text: String) throws(Invalid) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let invalid = Invalid(description: "\"\(text.prefix(64))\" is not an address or a range such as 10.0.0.0/8")
        guard let first = parts.first, let base = IPAddress(String(first)) else { throw invalid }
        let longest = base.isV4 ? 32 : 128
        var prefix = longest
        if parts.count == 2 {
            guard let number = UInt8(parts[1]), parts[1].first != "+", number <= longest else { throw invalid }
            prefix = Int(number)
        }
        self.init(base, prefix)
        guard base.masked(to: prefix) == base else {
            throw Invalid(
                description: "\(text) has bits behind its prefix; did you mean \(base.masked(to: prefix))/\(prefix)?"
            )
        }
    }

    init(_ base: IPAddress, _ prefix: Int) {
        self.base = base
        self.prefix = prefix
    }

    /// Whether an address lies in the range; IPv4 and IPv6 never mix.
    package func contains(_ address: IPAddress) -> Bool {
        address.isV4 == base.isV4 && address.masked(to: prefix) == base
    }

    /// The range as it is written.
    package var description: String { "\(base)/\(prefix)" }
}

extension IPAddress {
    /// The address with the bits behind the first `count` cleared.
    fileprivate func masked(to count: Int) -> IPAddress {
        switch self {
        case .v4(let number): .v4(number & ~(UInt32.max >> count))
        case .v6(let high, let low):
            // A shift by 64 or more gives 0 in Swift.
            .v6(high & ~(UInt64.max >> count), count <= 64 ? 0 : low & ~(UInt64.max >> (count - 64)))
        }
    }
}
