import Foundation
import LiveKitProtocol
import Media

/// What the demo made and what it cost.
struct DemoSummary: Encodable {
    let path: String
    let durationSeconds: Double
    let width: Int
    let height: Int
    let framesPerSecond: Double
    let videoCodec: String
    let audioCodec: String
    let bytes: Int64
    /// Processor seconds of the recording's process for each recorded second; nil when another process recorded.
    let cpuSecondsPerRecordedSecond: Double?
    /// What the recorder had to say of it (`EgressInfo.details`): frames left out, and the like.
    let details: String

    /// Reads the recording at `path`.
    init(path: String, cpuSeconds: Double?, details: String) throws(MediaError) {
        let media = try MediaProbe.summary(of: path)
        self.path = path
        let seconds = media.duration / .seconds(1)
        durationSeconds = seconds
        cpuSecondsPerRecordedSecond = cpuSeconds.map { $0 / max(seconds, 0.001) }
        width = media.video?.width ?? 0
        height = media.video?.height ?? 0
        framesPerSecond = media.video?.frameRate ?? 0
        videoCodec = media.video?.codec ?? "none"
        audioCodec = media.audio?.codec ?? "none"
        bytes = media.size
        self.details = details
    }

    /// The summary as one line of JSON, with keys in snake_case.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The summary for people.
    var text: String {
        var lines = [
            "recording  \(path)",
            String(format: "length     %.2f s, %.1f MB", durationSeconds, Double(bytes) / 1e6),
            "picture    \(videoCodec) \(width)×\(height), \(String(format: "%.0f", framesPerSecond)) frames a second",
            "sound      \(audioCodec)",
        ]
        if let cost = cpuSecondsPerRecordedSecond {
            lines.append(String(format: "cost       %.2f CPU seconds per recorded second", cost))
        }
        if !details.isEmpty { lines.append("details    \(details)") }
        return lines.joined(separator: "\n")
    }
}
