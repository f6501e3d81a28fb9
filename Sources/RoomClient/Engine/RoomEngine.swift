import FoundationEssentials
import LiveKitProtocol
import Logging
import MediaWire
import NIOCore
import PeerTransport
import PeerTransportNIO
import Signaling
import SwiftProtobuf

/// What a ``RoomClient`` does, on its hub's event loop.
///
/// The decisions are made elsewhere: `SignalClient` says when to connect, resume, rejoin and give up, `RoomState` says
/// what changed in the room, `OfferNegotiation` orders offers, a `ReceivePipeline` per track makes samples of packets.
/// The engine carries them out: it opens sockets, makes peer connections, passes messages, and keeps one alarm for all
/// their deadlines. After every event it asks each of them when it wants to be called again.
final class RoomEngine: @unchecked Sendable {  // its state is touched on `loop` only; every entry checks it
    /// Events kept for a consumer that is slow; one that is slower than this has stopped, and the client leaves.
    static let maximumQueuedEvents = 65_536

    let configuration: RoomClientConfiguration
    let hub: PeerHub
    let loop: any EventLoop
    let logger: Logger
    /// What the wall clock shows at the instant zero of the hub's clock.
    let wallClockOrigin: WallClock

    var signal: SignalClient
    var connection: ServerConnection?
    var ports: ClientPorts?
    /// Closes the ports when the session is over.
    private(set) var closingPorts: Task<Void, Never>?
    var socket: SignalSocket?
    var room = RoomState()
    var subscriber: PeerLink?
    var publisher: PeerLink?
    var isSubscriberPrimary = true
    var subscriptions: [TrackSID: Subscription] = [:]
    /// Which track arrives in which media section of the subscriber's connection.
    var routes: [Mid: Subscription] = [:]
    /// What the last offer of the server says of its media sections.
    var offeredTracks: [String: String] = [:]
    /// Published tracks by their client-chosen identifier.
    var publications: [String: Publication] = [:]
    var queuedData: [QueuedData] = []
    var queuedDataBytes = 0
    var reliableMessages = ReliableMessages()
    var isEnded = false

    private let events: AsyncStream<RoomEvent>.Continuation
    private var connected: (@Sendable (Result<Void, RoomClientError>) -> Void)?
    private var timer: LoopTimer?

    init(
        configuration: RoomClientConfiguration,
        hub: PeerHub,
        logger: Logger,
        events: AsyncStream<RoomEvent>.Continuation
    ) {
        self.configuration = configuration
        self.hub = hub
        loop = hub.loop
        self.logger = logger
        self.events = events
        signal = SignalClient(token: configuration.token)
        let wall = WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
        wallClockOrigin = wall - .nanoseconds(hub.now.nanoseconds)
    }

    var now: Instant { hub.now }

    /// The wall clock at an instant of the hub's clock.
    func wallClock(at instant: Instant) -> WallClock { wallClockOrigin + .nanoseconds(instant.nanoseconds) }

    /// Joins, with media over these ports; `done` is called once.
    func connect(over ports: ClientPorts, _ done: @escaping @Sendable (Result<Void, RoomClientError>) -> Void) {
        loop.preconditionInEventLoop()
        guard !isEnded, connected == nil, connection == nil else {
            close(ports)
            done(.failure(RoomClientError(.notConnected, "a room client joins once: make another to join again")))
            return
        }
        self.ports = ports
        do {
            connection = try ServerConnection(endpoint: SignalEndpoint(parsing: configuration.url))
        } catch {
            done(.failure(RoomClientError(.invalidURL, "\(error)")))
            finish(.joinFailure, text: "\(error)")
            return
        }
        connected = done
        timer = LoopTimer(loop: loop) { [weak self] in self?.alarm() }
        perform(signal.start(at: now))
    }

    /// Leaves; `done` is called when nothing more will happen.
    func disconnect(_ done: @escaping @Sendable () -> Void) {
        loop.preconditionInEventLoop()
        let open = socket
        perform(signal.leave(at: now))
        if !isEnded { finish(.clientInitiated, text: "left") }
        guard let open else { return done() }
        open.close().whenComplete { _ in done() }
    }

    /// Reports an event.
    func emit(_ event: RoomEvent) {
        if case .dropped = events.yield(event), !isEnded {
            logger.error("the consumer of room events has stopped consuming: leaving the room")
            disconnect {}
        }
    }

    /// Reports events, and ends the subscriptions of tracks that are gone.
    func emit(_ changes: [RoomEvent]) {
        for change in changes {
            if case .trackUnpublished(_, let track) = change { endSubscription(track) }
            emit(change)
        }
    }

    /// Sends a message if the session is open; what the server must know later is told to it by the resume.
    func send(_ request: Livekit_SignalRequest) {
        guard signal.isOpen, let socket else { return }
        sendNow(request, over: socket)
    }

    func sendNow(_ request: Livekit_SignalRequest, over socket: SignalSocket) {
        guard let bytes: [UInt8] = try? request.serializedBytes() else {
            preconditionFailure("messages without required fields always encode")
        }
        socket.send(bytes)
    }

    /// Tells the caller of `connect` how it went.
    func completeConnect(_ result: Result<Void, RoomClientError>) {
        connected?(result)
        connected = nil
    }

    private func close(_ ports: ClientPorts) {
        // Not awaited here, for the loop cannot wait; `RoomClient.disconnect` does.
        closingPorts = Task { await ports.shutdown() }
    }

    /// The session is over, for whatever reason.
    func finish(_ reason: Livekit_DisconnectReason, text: String) {
        guard !isEnded else { return }
        isEnded = true
        timer?.cancel()
        socket?.close()
        socket = nil
        for subscription in subscriptions.values { subscription.end() }
        subscriptions = [:]
        routes = [:]
        endPublications(RoomClientError(.notConnected, "the session is over: \(text)"))
        failQueuedData(RoomClientError(.notConnected, "the session is over: \(text)"))
        closeLinks()
        if let ports { close(ports) }
        ports = nil
        completeConnect(.failure(RoomClientError(.notConnected, text)))
        events.yield(.disconnected(reason, text: text))
        events.finish()
    }
}

// MARK: - Time

extension RoomEngine {
    /// Asks to be called at the earliest deadline there is.
    func arm() {
        guard !isEnded, let timer else { return }
        let now = now
        timer.wake(at: signal.nextDeadline, now: now)
        timer.wake(at: publisher?.negotiation.deadline, now: now)
        if signal.isOpen { for publication in publications.values { timer.wake(at: publication.deadline, now: now) } }
        timer.wake(at: queuedData.first?.deadline, now: now)
    }

    /// Asks to be called for one subscription; the packets of all others need no look at theirs.
    func arm(for subscription: Subscription, at now: Instant) {
        timer?.wake(at: subscription.nextDeadline, now: now)
    }

    private func alarm() {
        guard !isEnded else { return }
        let now = now
        perform(signal.timeout(at: now))
        guard !isEnded else { return }
        checkNegotiation(at: now)
        checkPublications(at: now)
        checkQueuedData(at: now)
        for subscription in subscriptions.values {
            check(subscription, at: now)
            arm(for: subscription, at: now)
        }
        arm()
    }
}
