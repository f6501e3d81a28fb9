import JobProcess
import Logging
import Media
import MediaWire
import RoomClient

/// What a session's thread does: takes what waits, at its time, until the session is over.
struct SessionLoop: ~Copyable {
    /// Where the loop's results go.
    struct Outputs: Sendable {
        /// Asks the room for a track.
        var publish: @Sendable (LocalTrackDescription) -> Void
        /// Says how the session stands.
        var report: @Sendable (IngressSessionReport) -> Void
        /// The session is over; said once, at last.
        var ended: @Sendable (IngressSessionEnd) -> Void
    }

    /// The longest rest: silence and deadlines want to be looked after.
    private static let rest = Duration.milliseconds(20)
    /// How often it is looked whether there is something to report.
    private static let reportBeat = Duration.milliseconds(50)

    private let mailbox: Mailbox
    private let transcoder: Transcoder
    private let isPaced: Bool
    private let outputs: Outputs
    private let logger: Logger
    private var schedule: ReportSchedule
    private var waiting: Transcoder.Placed?
    private var nextReport = Instant(nanoseconds: 0)
    private var troubles = TroubleLog()

    init(
        plan: IngressPlan,
        settings: TranscodingSettings,
        mailbox: Mailbox,
        outputs: Outputs,
        cores: Int,
        logger: Logger
    ) throws(IngressSessionError) {
        self.mailbox = mailbox
        self.outputs = outputs
        self.logger = logger
        let isPaced = settings.pace == .file
        self.isPaced = isPaced
        schedule = ReportSchedule(interval: settings.reportInterval)
        let hooks = Transcoder.Hooks(
            publish: outputs.publish,
            makeLane: { layer in
                ThreadedLane(
                    layer,
                    cores: cores,
                    isPaced: isPaced,
                    changed: { Self.log($0, layer: layer.rid, to: logger) },
                    failed: { [mailbox] error in
                        mailbox.add(.end(.failed(IngressSessionError(.encoder, detail: error.message))))
                    }
                )
            }
        )
        transcoder = try Transcoder(plan: plan, settings: settings, clock: .startingNow(), hooks: hooks)
    }

    private static func log(_ change: LayerEncoder.Change, layer: String, to logger: Logger) {
        switch change {
        case .threads(let threads):
            logger.info(
                "pictures pile up: the layer's encoder gets more threads",
                metadata: ["layer": "\(layer)", "threads": "\(threads)"]
            )
        case .effort(let effort):
            logger.info(
                effort.isLess
                    ? "pictures come too fast: the layer is encoded with less effort"
                    : "the layer is encoded with more effort again",
                metadata: ["layer": "\(layer)", "preset": "\(effort.preset)"]
            )
        }
    }

    /// Runs until the session is over.
    consuming func run() {
        while true {
            let now = Instant.monotonic
            transcoder.tick(at: now)
            report(at: now)
            if let end = transcoder.watch.end {
                mailbox.close()
                transcoder.finish()
                outputs.ended(end)
                return
            }
            step(at: now)
        }
    }

    private mutating func step(at now: Instant) {
        if let placed = waiting {
            let delay = isPaced ? placed.decodeTime.map { $0 - now } ?? .zero : .zero
            guard delay > .zero else {
                waiting = nil
                transcoder.take(placed, at: now)
                return
            }
            handle(mailbox.take(entry: false, atMost: min(delay, Self.rest)).commands)
        } else {
            let taken = mailbox.take(entry: !transcoder.isWaitingForTrack, atMost: Self.rest)
            handle(taken.commands)
            if let entry = taken.entry { handle(entry) }
        }
    }

    private mutating func handle(_ entry: InputQueue.Entry) {
        switch entry.item {
        case .event(let event):
            // A file's time is when it is looked at: how long it waited here says nothing about it.
            waiting = transcoder.place(event, at: isPaced ? .monotonic : entry.arrival)
        case .picturesLost: transcoder.picturesLost()
        case .sourceLost: transcoder.sourceLost(at: entry.arrival)
        case .sourceResumed: transcoder.sourceResumed(at: entry.arrival)
        }
    }

    private func handle(_ commands: [Mailbox.Command]) {
        for command in commands {
            switch command {
            case .published(let track, let kind): transcoder.published(track, kind: kind, at: .monotonic)
            case .joined(let roomID): transcoder.roomID = roomID
            // The next report shows the new names by itself.
            case .tracksRenamed: break
            case .end(let end): transcoder.watch.finish(end)
            }
        }
    }

    private mutating func report(at now: Instant) {
        // A report asks everything how it stands, which after each sample would be 0.3 % of a session's time.
        guard now >= nextReport || transcoder.watch.end != nil else { return }
        nextReport = now + Self.reportBeat
        troubles.note(broken: transcoder.broken, dropped: mailbox.dropped, at: now, logger)
        let report = transcoder.report(at: now)
        guard schedule.isDue(report, at: now) else { return }
        transcoder.input.reported(at: now)
        outputs.report(report)
    }
}
