internal import CFFmpeg
import Synchronization

/// Where the messages of the codec libraries go.
///
/// They never reach stderr: without a handler they are dropped. A damaged stream can make a decoder complain about every
/// frame, so at most `limit` messages a second are handed on; the number left out is told with the next one. What is secret
/// about a live stream is concealed.
public enum MediaLog {
    /// How bad it is.
    public enum Level: Int32, Sendable {
        /// Something was lost.
        case error
        /// Something looks wrong.
        case warning
    }

    /// Messages handed on in one second at most.
    public static let limit = 20

    /// Hands every message of warning level and above to `handler`, from whatever thread it comes.
    public static func install(_ handler: @escaping @Sendable (Level, String) -> Void) {
        bootstrap()
        state.withLock { $0.handler = handler }
    }

    /// Takes the libraries' output away from stderr; every owner of a codec calls this first.
    static func bootstrap() {
        _ = installed
    }

    private struct State {
        var handler: (@Sendable (Level, String) -> Void)?
        var budget = LogBudget(limit: MediaLog.limit)
    }

    private static let state = Mutex(State())

    private static let installed: Void = {
        av_log_set_level(AV_LOG_WARNING)
        av_log_set_callback { context, level, format, arguments in
            guard level <= AV_LOG_WARNING, let format, let arguments else { return }
            var isAtLineStart: Int32 = 1
            let line = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String in
                guard let base = buffer.baseAddress else { return "" }
                av_log_format_line2(context, level, format, arguments, base, Int32(buffer.count), &isAtLineStart)
                return String(cString: base)
            }
            MediaLog.emit(level <= AV_LOG_ERROR ? .error : .warning, line)
        }
    }()

    private static func emit(_ level: Level, _ line: String) {
        let text = ConcealedText.conceal(line.split(whereSeparator: \.isNewline).joined(separator: " "))
        if level == .error { LogCapture.add(text) }
        let now = ContinuousClock.now
        let (handler, skipped) = state.withLock { state -> ((@Sendable (Level, String) -> Void)?, Int) in
            guard let handler = state.handler, let skipped = state.budget.admit(at: now) else { return (nil, 0) }
            return (handler, skipped)
        }
        guard let handler else { return }
        handler(level, skipped > 0 ? "\(text) (\(skipped) messages left out)" : text)
    }
}

/// Counts messages in windows of one second.
struct LogBudget {
    private let limit: Int
    private var windowStart: ContinuousClock.Instant?
    private var used = 0
    private var skipped = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a message at `now` may pass: the number left out before it, or nil if it is left out too.
    mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        if windowStart.map({ now - $0 >= .seconds(1) }) ?? true {
            windowStart = now
            used = 0
        }
        guard used < limit else {
            skipped += 1
            return nil
        }
        used += 1
        defer { skipped = 0 }
        return skipped
    }
}
