package import MediaWire

/// Decides which addresses a pulled URL may lead to: those of the public Internet, and what the operator allows.
///
/// It judges addresses, never names. Whoever connects has to resolve a name once and connect to an address found fit, so that
/// a name that answers differently the second time (DNS rebinding) gains nothing.
package struct AddressGuard: Sendable, Hashable {
    /// Ranges that may be connected to whatever they are.
    package var allowed: [AddressRange]

    /// A guard with the operator's exceptions.
    package init(allowed: [AddressRange] = []) {
        self.allowed = allowed
    }

    /// Why an address may not be connected to, such as "a private address"; nil if it may.
    package func refusal(of address: IPAddress) -> String? {
        let plain = address.unmapped
        if allowed.contains(where: { $0.contains(plain) || $0.contains(address) }) { return nil }
        if let reason = SpecialAddresses.reason(plain) { return reason }
        guard let embedded = SpecialAddresses.embedded(in: plain) else { return nil }
        return refusal(of: embedded)
    }

    /// The addresses of a host that may be connected to, in their order.
    package func permitted(_ addresses: [IPAddress], of host: String) throws(PullFailure) -> [IPAddress] {
        let fit = addresses.filter { refusal(of: $0) == nil }
        guard fit.isEmpty else { return fit }
        guard let first = addresses.first, let reason = refusal(of: first) else {
            throw PullFailure(.unavailable, "the host \(host) has no address")
        }
        // The address itself stays untold: who asks for a name of an inner network is not to learn what it stands for.
        throw PullFailure(
            .refusedAddress,
            "the host \(host) is at \(reason), which may not be pulled from unless the server's settings allow its range"
        )
    }
}
