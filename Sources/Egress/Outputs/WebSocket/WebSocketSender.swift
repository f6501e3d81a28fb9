import LiveKitProtocol
import Logging
import Media
import MediaWire
import NIOCore
import NIOWebSocket

/// Keeps a WebSocket open and sends what lies in the backlog, on one event loop.
///
///     connecting ──opened──▶ open ──end──▶ closing ──▶ over
///         ▲  └────failed──▶ waiting ◀──broke──┘
///         └─────────────────────┴── 30 s without connection, or end ──▶ over
final class WebSocketSender: @unchecked Sendable {  // its state is touched on its event loop only, which `loop` checks
    /// Without a connection for so long, the egress has failed, if the settings say nothing else.
    static let patience = Duration.seconds(30)
    /// As LiveKit's egress.
    static let pingInterval = TimeAmount.seconds(30)
    /// What the server may take to answer a goodbye.
    private static let goodbye = TimeAmount.seconds(2)

    private let address: WebSocketAddress
    private let settings: StreamSettings
    private let context: OutputContext
    private let backlog: SoundBacklog
    private let loop: any EventLoop
    private let patience: Duration
    private let done: EventLoopPromise<Void>

    private var retry: StreamRetry
    private var generator = SystemRandomNumberGenerator()
    private var report: StreamReport?
    private var link: WebSocketLink?
    private var timer: Scheduled<Void>?
    private var pings: RepeatedTask?
    private var hasBeenOpen = false
    private var isEnding = false
    private var isOver = false
    /// The last that the server was told.
    private var isMuted = false
    private var sent = 0
    private var sentAtPing = -1

    init(
        address: WebSocketAddress,
        settings: StreamSettings,
        context: OutputContext,
        backlog: SoundBacklog,
        on loop: any EventLoop
    ) {
        self.address = address
        self.settings = settings
        self.context = context
        self.backlog = backlog
        self.loop = loop
        patience = settings.giveUpAfter ?? Self.patience
        retry = StreamRetry(giveUpAfter: patience)
        done = loop.makePromise()
    }

    /// Starts to connect.
    func start() {
        loop.execute { [self] in
            guard report == nil, !isOver else { return }
            let now = context.now()
            let report = StreamReport(url: address.redacted, id: "ST_\(now)", startedAt: now)
            self.report = report
            context.report(.stream(report.info))
            perform(retry.begin(at: settings.clock()))
        }
    }

    /// There is something in the backlog.
    func wake() {
        loop.execute { [self] in drain() }
    }

    /// Sends the rest and closes.
    func end() {
        loop.execute { [self] in
            guard !isEnding else { return }
            isEnding = true
            guard retry.isUp else { return conclude(nil) }
            timer = loop.scheduleTask(in: .nanoseconds(settings.drainLimit.nanoseconds)) { [self] in conclude(nil) }
            drain()
        }
    }

    /// Returns when it is over.
    func settle() async {
        // The promise is never failed.
        try? await done.futureResult.get()
    }

    // MARK: - Connecting

    private func perform(_ action: StreamRetry.Action) {
        switch action {
        case .connect: connect()
        case .wait(let until):
            let pause = max(.zero, until - settings.clock())
            timer = loop.scheduleTask(in: .nanoseconds(pause.nanoseconds)) { [self] in
                guard !isOver else { return }
                perform(retry.due(at: settings.clock()))
            }
        case .giveUp:
            let reason = report?.info.error ?? ""
            conclude("no connection to \(address.redacted) for \(Int(patience.inSeconds)) s: \(reason)")
        }
    }

    private func connect() {
        if retry.retries > 0 { tell { $0.retrying(count: retry.retries, at: $1) } }
        link = WebSocketLink(
            to: address,
            trust: settings.trust,
            limit: .nanoseconds(settings.connectLimit.nanoseconds),
            on: loop
        ) { [self] event in
            guard !isOver else { return }
            switch event {
            case .opened: opened()
            case .writable: drain()
            case .closed(let reason): closed(reason)
            }
        }
    }

    private func opened() {
        retry.connected(at: settings.clock())
        hasBeenOpen = true
        context.logger.info("a WebSocket is open", metadata: ["url": "\(address.redacted)"])
        tell { $0.connected(at: $1) }
        pings = loop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { [self] _ in
            ping()
        }
        // A new connection knows nothing of what an old one was told.
        if isMuted { send(.muted(true)) }
        drain()
    }

    private func closed(_ reason: String) {
        link = nil
        pings?.cancel()
        sentAtPing = -1
        // While ending, what is left has nowhere to go.
        guard !isEnding else { return conclude(nil) }
        context.logger.warning(
            "a WebSocket is not open",
            metadata: ["url": "\(address.redacted)", "reason": "\(reason)"]
        )
        tell { $0.failed(reason, at: $1) }
        perform(retry.failed(at: settings.clock(), using: &generator))
    }

    // MARK: - Sending

    private func drain() {
        guard !isOver, retry.isUp, let link else { return }
        while link.isWritable {
            guard let message = backlog.popFirst() else {
                if isEnding { goodbye(link) }
                return
            }
            send(message)
        }
    }

    private func send(_ message: SoundBacklog.Message) {
        sent += 1
        switch message {
        case .sound(let bytes): link?.send(.binary, bytes)
        case .muted(let value):
            isMuted = value
            link?.send(.text, Array(#"{"muted":\#(value)}"#.utf8))
        }
    }

    private func ping() {
        tell { $0.due(at: $1) }
        guard let link else { return }
        // Two pings apart and not a message has found room: nobody is reading.
        if !link.isWritable, sent == sentAtPing { return link.abort("the server has taken nothing for 30 s") }
        sentAtPing = sent
        link.send(.ping, [])
    }

    private func goodbye(_ link: WebSocketLink) {
        self.link = nil
        link.close(patience: Self.goodbye).whenComplete { [self] _ in conclude(nil) }
    }

    // MARK: - Reports

    private func tell(_ change: (inout StreamReport, Int64) -> Livekit_StreamInfo?) {
        guard var report = report.take() else { return }
        let info = change(&report, context.now())
        self.report = report
        if let info { context.report(.stream(info)) }
    }

    /// It is over; `failure` says that the server could not be reached any more.
    private func conclude(_ failure: String?) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        pings?.cancel()
        let neverOpen = report == nil || hasBeenOpen ? nil : "there was no connection before the recording ended"
        let reason = failure ?? neverOpen
        if var report = report.take() {
            let error = report.info.error
            let shown = reason.map { error.isEmpty || failure != nil ? $0 : "\($0): \(error)" }
            context.report(.stream(report.ended(failure: shown, at: context.now())))
        }
        if let reason {
            context.report(.failed(JobFailure(text: "websocket \(address.redacted) failed: \(reason)", code: 503)))
        }
        if let link {
            link.close(patience: Self.goodbye).whenComplete { [done] _ in done.succeed() }
        } else {
            done.succeed()
        }
    }
}
