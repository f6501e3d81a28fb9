import Foundation
import Logging
import Synchronization
import Testing

@testable import Storage

/// A logger that keeps its lines.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(lines: self) }
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}

extension UploadSession {
    /// Hands a file over and waits for its end.
    func stored(
        _ path: String,
        as key: String,
        contentType: String = "video/mp4",
        replacing: Bool = false
    ) async throws -> StoredObject {
        try await withCheckedThrowingContinuation { continuation in
            submit(path, as: key, contentType: contentType, replacing: replacing) { continuation.resume(with: $0) }
        }
    }
}

extension GrowingUpload {
    /// Finishes and waits for the end.
    func finished(head: [UInt8]? = nil, replacing count: Int = 0) async throws -> StoredObject {
        try await withCheckedThrowingContinuation { continuation in
            finish(head: head, replacing: count) { continuation.resume(with: $0) }
        }
    }
}

/// Settings of tests, whose stores are near and quick.
var quickSettings: UploadSession.Settings {
    var settings = UploadSession.Settings()
    settings.firstDelay = .milliseconds(5)
    settings.longestDelay = .milliseconds(50)
    settings.maximumAge = .seconds(120)
    return settings
}

/// Bytes that compress badly and differ everywhere; the same for the same seed.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            buffer[index] = UInt8(truncatingIfNeeded: state >> 56)
        }
        initialized = count
    }
}

/// Waits until a session's journal has a line that contains a text.
func waitForJournal(_ folder: String, toContain text: String) async throws {
    for _ in 0..<600 {
        let journal = (try? String(contentsOfFile: "\(folder)/journal.jsonl", encoding: .utf8)) ?? ""
        if journal.contains(text) { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the journal never had \(text)")
}
