import Ingress
import RoomServer
import Settings

extension ServeOptions {
    /// Where publishers are told to go: what the file says, else the ports of this process.
    func ingressAddresses(_ configuration: RoomServerConfiguration) throws -> IngressAddresses {
        var addresses = IngressAddresses(configuration.ingress)
        let host = Self.host(configuration)
        var file = try YAMLSection(parsing: yaml())
        var section = try file.section(Self.ingressKey)
        // -1 turns a listener off, as in LiveKit's ingress.
        let rtmpPort = try section.integer("rtmp_port", in: -1...65_535) ?? Self.rtmpPort
        let whipPort = try section.integer("whip_port", in: -1...65_535) ?? Self.whipPort
        if addresses.rtmp.isEmpty, rtmpPort > 0 { addresses.rtmp = "rtmp://\(host):\(rtmpPort)/live" }
        if addresses.whip.isEmpty, whipPort > 0 { addresses.whip = "http://\(host):\(whipPort)/w" }
        return addresses
    }

    /// Where this machine is reached, as far as the configuration says.
    private static func host(_ configuration: RoomServerConfiguration) -> String {
        let everywhere: Set = ["", "0.0.0.0", "::"]
        let bound = configuration.bindAddresses.first { !everywhere.contains($0) }
        let host = configuration.rtc.nodeIP ?? bound ?? "127.0.0.1"
        return host.contains(":") ? "[\(host)]" : host
    }

    /// The port of RTMP (Adobe's RTMP 1.0, section 3), and of LiveKit's ingress.
    private static let rtmpPort = 1935
    /// The port of WHIP of LiveKit's ingress.
    private static let whipPort = 8080
}

extension IngressAddresses {
    /// The addresses of a server's configuration.
    init(_ configuration: RoomServerConfiguration.Ingress) {
        self.init(rtmp: configuration.rtmpBaseURL, whip: configuration.whipBaseURL)
    }
}
