import Foundation
import TestKit

/// Media as other programs make it: two seconds of a test picture at 25 Hz and a tone, with a key frame each half second.
final class PullMedia: Sendable {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "pull-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Makes a file by FFmpeg with these arguments for its output; returns its path.
    @discardableResult
    func make(_ name: String, seconds: Int = 2, _ output: [String] = ["-c:v", "libx264", "-c:a", "aac"]) throws
        -> String
    {
        let path = folder + "/" + name
        try SystemProgram.run(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=160x90:rate=25",
            ]
                + [
                    "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "\(seconds)", "-preset",
                    "ultrafast",
                ]
                + ["-g", "12", "-bf", "0"] + output + [path]
        )
        return path
    }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}
