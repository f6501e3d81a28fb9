import Ingress
import LiveKitProtocol
import Logging
import RoomServer
import Settings

extension ServeOptions {
    /// Where publishers are told to go: what the file says, else the ports of this process.
    func ingressAddresses(_ configuration: RoomServerConfiguration, _ ports: IngressPorts) -> IngressAddresses {
        var addresses = IngressAddresses(configuration.ingress)
        let host = Self.host(configuration)
        if addresses.rtmp.isEmpty, let port = ports.rtmp, port > 0 { addresses.rtmp = "rtmp://\(host):\(port)/live" }
        if addresses.whip.isEmpty, let port = ports.whip, port > 0 { addresses.whip = "http://\(host):\(port)/w" }
        return addresses
    }

    /// The ingress worker's configuration: the section `ingress` of the file, with the keys of LiveKit's ingress, then the flags
    /// over it.
    func ingressWorker(
        _ flags: IngressOptions,
        _ configuration: RoomServerConfiguration,
        keys: APIKeys.Pair,
        logger: Logger
    ) throws -> IngressWorkerRole.Settings {
        var file = try YAMLSection(parsing: yaml())
        var section = try file.section(Self.ingressKey)
        var worker = IngressWorkerConfiguration(
            executable: ownExecutable(),
            url: "",
            apiKey: keys.key,
            apiSecret: keys.secret
        )
        // People try it on laptops: a session that leaves out pictures tells more than one that is refused.
        worker.countsCores = section.contains("cores") || section.contains("cpu_cost")
        let isBound = section.contains("bind_address")
        var named = Set(["rtmp_port", "whip_port", "rtmps_port"].filter { section.contains($0) })
        if section.contains("rtc_config") { named.insert("rtc_config.udp_port") }
        // The room server's.
        for key in ["rtmp_base_url", "whip_base_url"] { _ = section.contains(key) }
        let oddities = try worker.read(section)
        for warning in oddities.warnings { logger.warning("\(warning)") }
        for note in oddities.notes { logger.info("\(note)") }
        if !isBound { worker.ports.bindAddress = Self.bindAddress(configuration) }
        if worker.ports.nodeIP == nil { worker.ports.nodeIP = configuration.rtc.nodeIP }
        if let port = flags.rtmpPort {
            worker.ports.rtmp = port.number
            named.insert("rtmp_port")
        }
        if let port = flags.whipPort {
            worker.ports.whip = port.number
            named.insert("whip_port")
        }
        return IngressWorkerRole.Settings(worker: worker, named: named)
    }

    /// The address of the room server if it is exactly one, else all of them.
    private static func bindAddress(_ configuration: RoomServerConfiguration) -> String {
        guard configuration.bindAddresses.count == 1, let only = configuration.bindAddresses.first, !only.isEmpty else {
            return "0.0.0.0"
        }
        return only == "localhost" ? "127.0.0.1" : only
    }

    /// Where this machine is reached, as far as the configuration says.
    private static func host(_ configuration: RoomServerConfiguration) -> String {
        let everywhere: Set = ["", "0.0.0.0", "::"]
        let bound = configuration.bindAddresses.first { !everywhere.contains($0) }
        let host = configuration.rtc.nodeIP ?? bound ?? "127.0.0.1"
        return host.contains(":") ? "[\(host)]" : host
    }
}

extension IngressAddresses {
    /// The addresses of a server's configuration.
    init(_ configuration: RoomServerConfiguration.Ingress) {
        self.init(rtmp: configuration.rtmpBaseURL, whip: configuration.whipBaseURL)
    }
}
