import AsyncHTTPClient
public import LiveKitProtocol
public import Logging
import MediaWire
public import NIOCore
import NIOPosix
import PeerTransportNIO
public import ServiceLifecycle
import Synchronization

/// The SFU as a server: media transport, rooms, the HTTP edge and webhooks, on one event loop.
///
/// Starting goes from the inside out: the hub's ports, the rooms on its loop, then HTTP, so that nobody is let in before
/// there is anything to join. Stopping goes the other way: no new connections, everybody is told that the server shuts
/// down and has a moment to read it, the ports are closed, and the last webhooks are sent.
public final class RoomServer: Service {
    /// Where events go that others should hear of; egress reports here as well.
    public let webhooks: WebhookNotifier

    /// Starts an egress that a room was created with.
    public typealias AutoEgress =
        @Sendable (
            _ request: Rpc_StartEgressRequest.OneOf_Request, _ roomID: String, _ roomName: String
        ) -> Void

    private let hooks = Mutex(RoomServerHooks())
    private let configuration: RoomServerConfiguration
    private let services: TwirpRouter
    private let loop: any EventLoop
    private let logger: Logger
    private let listening: EventLoopPromise<Running>

    /// How long clients have to read that the server shuts down (LiveKit waits as long).
    private static let closingTime = TimeAmount.milliseconds(250)
    /// How long the last webhooks may take.
    private static let webhookTime = Duration.seconds(5)

    /// Makes a server; `services` are further server APIs it answers, such as egress, `loop` is where
    /// everything of it happens.
    public init(
        configuration: RoomServerConfiguration,
        services: TwirpRouter = TwirpRouter(),
        loop: (any EventLoop)? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.services = services
        let loop = loop ?? MultiThreadedEventLoopGroup.singleton.next()
        self.loop = loop
        self.logger = logger
        listening = loop.makePromise()
        // Without a key no webhook could be signed, and reading the configuration has seen to it that there is one.
        let pair = configuration.webhookPair ?? APIKeys.Pair(key: "", secret: "")
        webhooks = WebhookNotifier(
            urls: configuration.webhook.urls,
            sender: HTTPWebhookSender(client: .shared, pair: pair, keys: configuration.keys),
            logger: logger
        )
    }

    deinit {
        // For one that was never run; on others it has no effect.
        listening.fail(CancellationError())
    }

    /// Where the server is reached; waits until it is, and fails when it cannot start.
    public var address: RoomServerAddress {
        get async throws { try await listening.futureResult.get().address }
    }

    /// The rooms of the given names there are now; all rooms when no name is given.
    public func rooms(named names: [String] = []) async throws -> [Livekit_Room] {
        let core = try await listening.futureResult.get().core
        return try await loop.submit {
            var request = Livekit_ListRoomsRequest()
            request.names = names
            return core.value.listRooms(request).rooms
        }.get()
    }

    /// Changes a participant, as `RoomService.UpdateParticipant` does.
    public func updateParticipant(_ request: Livekit_UpdateParticipantRequest) async throws(TwirpError) {
        guard let core = try? await listening.futureResult.get().core else {
            throw TwirpError(.unavailable, "the room server is not running")
        }
        let result = try? await loop.submit { () -> Result<Void, TwirpError> in
            do throws(TwirpError) {
                _ = try core.value.updateParticipant(request)
                return .success(())
            } catch { return .failure(error) }
        }.get()
        try (result ?? .failure(TwirpError(.unavailable, "the room server is stopping"))).get()
    }

    /// Tells `observer` everything that happens in the rooms, as webhooks tell it; it is called on the rooms' loop and must not
    /// wait.
    ///
    /// To be called before the server runs.
    public func observe(_ observer: @escaping @Sendable (Livekit_WebhookEvent) -> Void) {
        hooks.withLock { $0.observers.append(observer) }
    }

    /// Has `start` start what rooms are created to record; without it nothing is.
    public func onAutoEgress(_ start: @escaping AutoEgress) {
        hooks.withLock { $0.autoEgress = start }
    }

    /// Runs until it is shut down gracefully or cancelled.
    public func run() async throws {
        let running: Running
        do {
            running = try await start()
        } catch {
            listening.fail(error)
            throw error
        }
        listening.succeed(running)
        logger.info(
            "room server listening",
            metadata: [
                "url": "\(running.address.httpURL)", "udp": "\(running.address.udpPort)",
                "tcp": "\(running.address.tcpPort.map(String.init) ?? "off")",
            ]
        )
        await withTaskGroup { group in
            group.addTask { await self.webhooks.run() }
            // Ends in one of two ways, and both mean the same here.
            try? await gracefulShutdown()
            await stop(running)
            group.addTask { try? await Task.sleep(for: Self.webhookTime) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: - Starting and stopping

    /// What is there while the server runs.
    private struct Running: Sendable {
        var hub: PeerHub
        var core: NIOLoopBound<RoomCore>
        var http: HTTPServer
        var address: RoomServerAddress
    }

    private func start() async throws -> Running {
        let hub = try await PeerHub.start(configuration: hubConfiguration, on: loop)
        do {
            let (core, router) = try await loop.submit { self.makeRooms(hub) }.get()
            var limits = HTTPLimits()
            limits.requestBody = configuration.limit.maxAPIRequestBodySize
            let http = try await HTTPServer.start(
                hosts: configuration.bindAddresses,
                port: configuration.port,
                router: router,
                limits: limits,
                logger: logger
            )
            return Running(hub: hub, core: core, http: http, address: address(of: http, hub))
        } catch {
            await hub.shutdown()
            throw error
        }
    }

    private func makeRooms(_ hub: PeerHub) -> (NIOLoopBound<RoomCore>, NIOLoopBound<EdgeRouter>) {
        let environment = HubEnvironment(hub: hub)
        let core = RoomCore(
            configuration: RoomCoreConfiguration(configuration),
            environment: environment,
            logger: logger
        )
        core.onEvent = { [self] event in
            webhooks.notify(event)
            for observer in hooks.withLock({ $0.observers }) { observer(event) }
        }
        core.onAutoEgress = { [self] request, roomID, roomName in
            hooks.withLock { $0.autoEgress }?(request, roomID, roomName)
        }
        let router = EdgeRouter(
            verifier: TokenVerifier(keys: configuration.keys),
            entrance: core,
            twirp: RoomServiceRoutes.router(NIOLoopBound(core, eventLoop: loop)).merging(services),
            unixMilliseconds: { environment.wallClock.unixNanoseconds / 1_000_000 },
            logger: logger
        )
        return (NIOLoopBound(core, eventLoop: loop), NIOLoopBound(router, eventLoop: loop))
    }

    private func stop(_ running: Running) async {
        logger.info("room server stopping")
        await running.http.stopListening()
        try? await loop.submit { running.core.value.shutdown() }.get()
        await running.http.closeConnections(after: Self.closingTime)
        await running.hub.shutdown()
        webhooks.stop()
    }

    private var hubConfiguration: PeerHubConfiguration {
        PeerHubConfiguration(
            bindAddress: mediaAddress,
            udpPort: configuration.rtc.udpPort,
            tcpPort: configuration.rtc.tcpPort,
            advertisedAddresses: configuration.rtc.nodeIP.map { [$0] } ?? []
        )
    }

    /// Media is received where HTTP is, if that is one address; else everywhere.
    private var mediaAddress: String {
        guard configuration.bindAddresses.count == 1, let only = configuration.bindAddresses.first
        else {
            return "0.0.0.0"
        }
        return only == "localhost" ? "127.0.0.1" : only
    }

    private func address(of http: HTTPServer, _ hub: PeerHub) -> RoomServerAddress {
        let bound = http.addresses.first
        let host = bound?.ipAddress ?? "127.0.0.1"
        return RoomServerAddress(
            host: host == "0.0.0.0" || host == "::" ? "127.0.0.1" : host,
            port: bound?.port ?? configuration.port,
            udpPort: hub.udpPort,
            tcpPort: hub.tcpPort
        )
    }
}
