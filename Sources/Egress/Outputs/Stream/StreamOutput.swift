import LiveKitProtocol
import Media
import MediaWire
import Synchronization

/// Sends the recording live to any number of RTMP or SRT servers, each with a connection of its own.
///
/// A URL that fails is tried again with growing pauses, without end unless the plan sets one; the others go on meanwhile. URLs
/// may come and go as long as the recording lasts.
final class StreamOutput: RecordingOutput {
    /// URLs at a time: each takes a thread and a few megabytes.
    static let maximumURLs = 64

    private struct State {
        /// URLs before the start.
        var waiting: [StreamURL]
        /// URLs that are streamed to, or have been.
        var sessions: [StreamSession] = []
        var media: StreamMedia?
        /// The time of day of media time 0, Unix nanoseconds.
        var origin: Int64 = 0
        var isFinishing = false
        var lastStart: Int64 = 0
        var settlers: [CheckedContinuation<Void, Never>] = []
    }

    private let transport: StreamPlan.Transport
    private let settings: StreamSettings
    private let context: OutputContext
    private let state: Mutex<State>

    /// An output to the plan's URLs; throws if one of them is wrong.
    convenience init(plan: StreamPlan, output: OutputPlan, context: OutputContext) throws(JobFailure) {
        var settings = StreamSettings()
        // A day is as good as never, and far from what a duration cannot hold.
        settings.giveUpAfter = plan.giveUpAfter.map { .seconds($0 > 0 ? min($0, 86_400) : 0) }
        try self.init(plan: plan, settings: settings, context: context)
    }

    init(plan: StreamPlan, settings: StreamSettings, context: OutputContext) throws(JobFailure) {
        transport = plan.transport
        self.settings = settings
        self.context = context
        var urls: [StreamURL] = []
        for text in plan.urls { urls.append(try Self.url(text, transport: plan.transport, besides: urls)) }
        state = Mutex(State(waiting: urls))
    }

    // MARK: - Recording

    func start(video: StreamParameters?, audio: StreamParameters?, origin: Int64) throws(JobFailure) {
        try check(video, allowed: ["h264"])
        try check(audio, allowed: transport == .rtmp ? ["aac", "mp3"] : ["aac", "mp3", "opus"])
        let media = StreamMedia(video: video, audio: audio)
        state.withLock { state in
            state.media = media
            state.origin = origin
            for url in state.waiting { open(url, media, from: origin, &state) }
            state.waiting = []
        }
    }

    private func check(_ parameters: StreamParameters?, allowed: [String]) throws(JobFailure) {
        guard let parameters, !allowed.contains(parameters.codecName) else { return }
        let format = transport.rawValue.uppercased()
        throw JobFailure(text: "format \(format) incompatible with codec \(parameters.codecName)", code: 400)
    }

    private func open(_ url: StreamURL, _ media: StreamMedia, from start: Int64, _ state: inout State) {
        state.lastStart = max(start, state.lastStart + 1)
        let session = StreamSession(
            url: url,
            media: media,
            settings: settings,
            context: context,
            startedAt: state.lastStart,
            onEnd: { [weak self] in self?.ended($0) }
        )
        state.sessions.append(session)
        session.start()
    }

    func write(_ packet: EncodedPacket, of kind: MediaKind) throws(JobFailure) {
        for session in state.withLock({ $0.sessions }) { session.write(packet, of: kind) }
    }

    func finish(at seconds: Double) throws(JobFailure) {
        let (sessions, end) = state.withLock { state in
            state.isFinishing = true
            state.waiting = []
            return (state.sessions, state.origin + Int64(max(0, seconds) * 1e9))
        }
        for session in sessions { session.end(.finished, at: end) }
    }

    func settle() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.sessions.allSatisfy({ $0.outcome != nil }) { return true }
                state.settlers.append(continuation)
                return false
            }
            if isSettled { continuation.resume() }
        }
    }

    // MARK: - Changes while it runs

    /// Starts and ends streams; may be called from any thread.
    ///
    /// What can be done is done. The failure names every URL that was wrong, a line each, with the first one's code.
    func update(add: [String], remove: [String]) throws(JobFailure) {
        var failures: [JobFailure] = []
        for text in add {
            do throws(JobFailure) { try self.add(text) } catch { failures.append(error) }
        }
        for text in remove {
            do throws(JobFailure) { try self.remove(text) } catch { failures.append(error) }
        }
        guard let first = failures.first else { return }
        throw JobFailure(text: failures.map(\.text).joined(separator: "\n"), code: first.code)
    }

    private func add(_ text: String) throws(JobFailure) {
        try state.withLock { state throws(JobFailure) in
            guard !state.isFinishing else {
                throw JobFailure(text: "the egress is ending: \(StreamURL.redact(text)) cannot be added", code: 412)
            }
            let running = state.waiting + state.sessions.filter { $0.outcome == nil }.map(\.url)
            let url = try Self.url(text, transport: transport, besides: running)
            if let media = state.media {
                open(url, media, from: context.now(), &state)
            } else {
                state.waiting.append(url)
            }
        }
    }

    private func remove(_ text: String) throws(JobFailure) {
        let session = try state.withLock { state throws(JobFailure) -> StreamSession? in
            if let index = state.waiting.firstIndex(where: { $0.isMeant(by: text) }) {
                state.waiting.remove(at: index)
                return nil
            }
            guard let session = state.sessions.first(where: { $0.outcome == nil && $0.url.isMeant(by: text) }) else {
                throw JobFailure(text: "stream \(StreamURL.redact(text)) not found", code: 404)
            }
            return session
        }
        session?.end(.removed)
    }

    private static func url(
        _ text: String,
        transport: StreamPlan.Transport,
        besides others: [StreamURL]
    ) throws(JobFailure) -> StreamURL {
        let url = try StreamURL(text)
        guard url.transport == transport else {
            let reason = "it is no \(transport.rawValue) url, as all urls of this output must be"
            throw JobFailure(text: "invalid url \(url.redacted): \(reason)", code: 400)
        }
        guard !others.contains(url) else {
            throw JobFailure(text: "stream \(url.redacted) exists already", code: 409)
        }
        guard others.count < maximumURLs else {
            throw JobFailure(
                text: "invalid url \(url.redacted): this output has \(maximumURLs) urls already, which is the most",
                code: 400
            )
        }
        return url
    }

    // MARK: - Ends

    private func ended(_ session: StreamSession) {
        let (report, settlers) = state.withLock { state -> (OutputReport?, [CheckedContinuation<Void, Never>]) in
            let outcomes = state.sessions.compactMap(\.outcome)
            guard outcomes.count == state.sessions.count else { return (nil, []) }
            defer { state.settlers = [] }
            return (Self.report(outcomes, last: session, isFinishing: state.isFinishing), state.settlers)
        }
        if let report { context.report(report) }
        for settler in settlers { settler.resume() }
    }

    private static func report(
        _ outcomes: [StreamSession.Outcome],
        last session: StreamSession,
        isFinishing: Bool
    ) -> OutputReport? {
        let isLost = outcomes.allSatisfy { if case .failed = $0 { true } else { false } }
        if isFinishing, !isLost { return nil }
        guard case .failed(let reason)? = session.outcome else { return .allStreamsEnded(nil) }
        return .allStreamsEnded(JobFailure(text: "stream \(session.url.redacted) failed: \(reason)", code: 503))
    }
}
