import Logging
import Synchronization

/// Keeps the texts that a logger is given.
final class RecordedLog: Sendable {
    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { log.add("\(event.message)") }
    }

    private let all = Mutex<[String]>([])

    /// What was logged, without its metadata.
    var texts: [String] { all.withLock { $0 } }

    /// A logger that writes here.
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private func add(_ text: String) { all.withLock { $0.append(text) } }
}
