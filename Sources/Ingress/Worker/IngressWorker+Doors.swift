import Logging
import NIOCore
import NIOPosix
import PeerTransportNIO
import Synchronization

// MARK: - Where publishers come in

extension IngressWorker {
    /// The open ports, for people: what it is and where, such as `rtmp://0.0.0.0:1935`.
    public var openings: [String] {
        let host = configuration.ports.bindAddress
        return doors.withLock { doors in
            [
                doors.rtmp.map { "rtmp://\(host):\($0.port)" }, doors.rtmps.map { "rtmps://\(host):\($0.port)" },
                doors.whip.map { "http://\(host):\($0.port)" },
            ].compactMap { $0 }
        }
    }

    /// The ports that are open: of RTMP, RTMPS and WHIP.
    public var openPorts: (rtmp: Int?, rtmps: Int?, whip: Int?) {
        doors.withLock { ($0.rtmp?.port, $0.rtmps?.port, $0.whip?.port) }
    }

    /// Lets publishers in; ``start()`` comes first.
    ///
    /// - Parameter leaveOut: whether a port that cannot be had is told of and left out.
    /// - Throws: `DoorError` for a port that cannot be had; nothing is open then.
    public func openDoors(leaveOut: @Sendable (DoorError) -> Bool = { _ in false }) async throws(DoorError) {
        do throws(DoorError) {
            try await open(leaveOut) { () async throws(DoorError) in try await self.openRTMP() }
            try await open(leaveOut) { () async throws(DoorError) in try await self.openRTMPS() }
            try await open(leaveOut) { () async throws(DoorError) in try await self.openWHIP() }
        } catch {
            await closeDoors()
            throw error
        }
    }

    private func open(
        _ leaveOut: (DoorError) -> Bool,
        _ door: () async throws(DoorError) -> Void
    ) async throws(DoorError) {
        do throws(DoorError) {
            try await door()
        } catch {
            guard leaveOut(error) else { throw error }
        }
    }

    /// Lets nobody in any more, and sends away whoever is left.
    func closeDoors() async {
        let open = doors.withLock { doors in
            defer { doors = IngressDoors() }
            return doors
        }
        await open.rtmp?.shutdown()
        await open.rtmps?.shutdown()
        await open.whip?.shutdown()
        await open.hub?.shutdown()
    }

    private func openRTMP() async throws(DoorError) {
        guard let port = configuration.ports.rtmp else { return }
        let listener = try await listen(port, tls: nil, "RTMP", "rtmp_port")
        doors.withLock { $0.rtmp = listener }
    }

    private func openRTMPS() async throws(DoorError) {
        guard let port = configuration.ports.rtmps, let files = configuration.ports.tls else { return }
        let tls = RTMPListenerConfiguration.TLS(certificateChain: files.certificates, privateKey: files.key)
        let listener = try await listen(port, tls: tls, "RTMPS", "rtmps_port")
        doors.withLock { $0.rtmps = listener }
    }

    private func listen(
        _ port: Int,
        tls: RTMPListenerConfiguration.TLS?,
        _ what: String,
        _ setting: String
    ) async throws(DoorError) -> RTMPListener {
        do {
            return try await RTMPListener.start(
                RTMPListenerConfiguration(address: configuration.ports.bindAddress, port: port, tls: tls),
                gate: WorkerRTMPGate(worker: self),
                group: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
        } catch {
            throw DoorError(what, setting, port, error)
        }
    }

    private func openWHIP() async throws(DoorError) {
        guard let port = configuration.ports.whip else { return }
        let hub = try await openMedia()
        do {
            let listener = try await WHIPListener.start(
                whipConfiguration(port),
                gate: WorkerWHIPGate(worker: self, hub: hub),
                group: MultiThreadedEventLoopGroup.singleton,
                hub: hub,
                logger: logger
            )
            doors.withLock { doors in
                doors.whip = listener
                doors.hub = hub
            }
        } catch {
            await hub.shutdown()
            throw DoorError("WHIP", "whip_port", port, error)
        }
    }

    private func openMedia() async throws(DoorError) -> PeerHub {
        let ports = configuration.ports
        do {
            return try await PeerHub.start(
                configuration: PeerHubConfiguration(
                    bindAddress: ports.bindAddress,
                    udpPort: ports.media,
                    tcpPort: ports.mediaTCP,
                    advertisedAddresses: ports.nodeIP.map { [$0] } ?? []
                ),
                on: MultiThreadedEventLoopGroup.singleton.next()
            )
        } catch {
            throw DoorError("media of WHIP", "rtc_config.udp_port", ports.media, error)
        }
    }

    private func whipConfiguration(_ port: Int) -> WHIPConfiguration {
        var configuration = WHIPConfiguration(host: configuration.ports.bindAddress, port: port)
        configuration.availability = { [weak self] in
            let isGood = self?.isAvailable ?? false
            return WHIPConfiguration.ProbeAnswer(isGood: isGood, text: isGood ? "Available" : "No availability")
        }
        return configuration
    }
}
