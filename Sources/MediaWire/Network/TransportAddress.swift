/// An IP address and a port.
public struct TransportAddress: Sendable, Hashable {
    /// The host.
    public var ip: IPAddress
    /// The port.
    public var port: UInt16

    /// The port `port` of `ip`.
    public init(ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}

extension TransportAddress: CustomStringConvertible {
    /// `address:port`, with an IPv6 address in brackets.
    public var description: String {
        ip.isV4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}
