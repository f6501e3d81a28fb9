import Logging

/// A line as swift-log's `StreamLogHandler` writes it: `2026-01-31T12:00:00+0000 info label: text`.
enum JobLogLine {
    /// The line's level and what follows the time and the level; other lines are taken whole, as information.
    static func parse(_ line: String) -> (level: Logger.Level, text: String) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count == 3, parts[0].first?.isNumber == true, let level = Logger.Level(rawValue: String(parts[1]))
        else { return (.info, line) }
        return (level, String(parts[2]))
    }
}
