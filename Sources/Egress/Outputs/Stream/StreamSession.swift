import JobProcess
import LiveKitProtocol
import Logging
import Media
import MediaWire
import Synchronization

/// One URL of a stream output, from its start to its end.
///
/// A thread of its own connects, sends and connects again; a queue lies between it and the recording. However slow the server
/// is, the recording and other URLs do not notice.
final class StreamSession: Sendable {
    /// How it ended.
    enum Outcome: Sendable, Hashable {
        /// The recording is over.
        case finished
        /// Its URL was removed.
        case removed
        /// No connection was made, or none any more.
        case failed(String)
    }

    private struct State {
        var report: StreamReport
        var isUp = false
        var hasBeenUp = false
        /// Why it is to end.
        var ending: Outcome?
        /// When what it streams ended, Unix nanoseconds; sending the rest of it takes longer.
        var endedAt: Int64?
        var outcome: Outcome?
    }

    let url: StreamURL
    let media: StreamMedia
    let settings: StreamSettings
    let context: OutputContext
    let queue: StreamQueue
    let control = StreamControl()
    private let state: Mutex<State>
    private let onEnd: @Sendable (StreamSession) -> Void

    /// A session whose thread starts at once; `onEnd` is called once, from any thread, after the last report.
    init(
        url: StreamURL,
        media: StreamMedia,
        settings: StreamSettings,
        context: OutputContext,
        startedAt: Int64,
        onEnd: @escaping @Sendable (StreamSession) -> Void
    ) {
        self.url = url
        self.media = media
        self.settings = settings
        self.context = context
        self.onEnd = onEnd
        queue = StreamQueue(hasVideo: media.video != nil)
        // The URL as it is shown need not be the only one of its kind; the start tells them apart.
        let report = StreamReport(url: url.redacted, id: "ST_\(startedAt)", startedAt: startedAt)
        state = Mutex(State(report: report))
        context.report(.stream(report.info))
    }

    /// Starts to connect.
    func start() {
        _ = WorkThread(name: "stream") { [self] in run() }
    }

    /// How it ended; nil as long as it has not.
    var outcome: Outcome? { state.withLock { $0.outcome } }

    /// Takes a packet to be sent.
    func write(_ packet: EncodedPacket, of kind: MediaKind) {
        queue.push(packet, of: kind)
    }

    /// Sends what is left and ends, or ends at once if there is no connection; does not wait for it.
    ///
    /// `endedAt` is when the media itself ended, in Unix nanoseconds; nil if that is now.
    func end(_ reason: Outcome, at endedAt: Int64? = nil) {
        let isUp = state.withLock { state in
            if state.ending == nil { (state.ending, state.endedAt) = (reason, endedAt) }
            return state.isUp
        }
        queue.close()
        if isUp {
            control.expire(after: settings.drainLimit)
        } else {
            control.cancel()
            conclude(gaveUp: nil)
        }
    }

    private func run() {
        var retry = StreamRetry(giveUpAfter: settings.giveUpAfter)
        var generator = SystemRandomNumberGenerator()
        var action = retry.begin(at: settings.clock())
        var reason = ""
        while !queue.isClosed {
            switch action {
            case .connect:
                noteRetry(retry.retries)
                guard let failure = attempt(&retry) else { break }
                reason = failure
                noteFailure(failure)
                action = retry.failed(at: settings.clock(), using: &generator)
            case .wait(let until):
                _ = queue.rest(for: min(.seconds(1), until - settings.clock()))
                update { $0.due(at: $1) }
                action = retry.due(at: settings.clock())
            case .giveUp: return conclude(gaveUp: reason)
            }
        }
        conclude(gaveUp: nil)
    }

    // MARK: - Reports

    /// The connection is there; false if it is not wanted any more.
    func noteConnection() -> Bool {
        let isWanted = state.withLock { state in
            guard state.ending == nil else { return false }
            state.isUp = true
            state.hasBeenUp = true
            return true
        }
        update { $0.connected(at: $1) }
        return isWanted
    }

    private func noteRetry(_ count: UInt32) {
        guard count > 0 else { return }
        update { $0.retrying(count: count, at: $1) }
    }

    private func noteFailure(_ reason: String) {
        state.withLock { $0.isUp = false }
        guard !queue.isClosed else { return }
        context.logger.warning(
            "a stream has no connection",
            metadata: ["url": "\(url.redacted)", "reason": "\(reason)"]
        )
        update { $0.failed(reason, at: $1) }
    }

    /// Tells what there is to tell after a change.
    func update(_ change: (inout StreamReport, Int64) -> Livekit_StreamInfo?) {
        let now = context.now()
        // Told under the lock, so that nothing follows the last report.
        state.withLock { state in
            guard state.outcome == nil, let info = change(&state.report, now) else { return }
            context.report(.stream(info))
        }
    }

    private func conclude(gaveUp reason: String?) {
        let now = context.now()
        let isFirst = state.withLock { state in
            guard state.outcome == nil else { return false }
            let outcome = Self.outcome(of: state, gaveUp: reason)
            state.outcome = outcome
            let failure: String? = if case .failed(let text) = outcome { text } else { nil }
            let end = outcome == .finished ? state.endedAt ?? now : now
            context.report(.stream(state.report.ended(failure: failure, at: end)))
            return true
        }
        guard isFirst else { return }
        queue.close()
        onEnd(self)
    }

    private static func outcome(of state: State, gaveUp reason: String?) -> Outcome {
        if let reason { return .failed(reason) }
        switch state.ending {
        case .removed: return .removed
        case .failed(let reason): return .failed(reason)
        case .finished, nil:
            guard !state.hasBeenUp else { return .finished }
            let reason = state.report.info.error
            return .failed(reason.isEmpty ? "there was no connection before the recording ended" : reason)
        }
    }
}
