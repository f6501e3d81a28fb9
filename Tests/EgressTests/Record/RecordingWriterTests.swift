import Foundation
import Media
import MediaWire
import TestKit
import Testing

@testable import Egress

/// What is on disk while a recording runs.
@Suite("The recording's file", .timeLimit(.minutes(1)))
struct RecordingWriterTests {
    @Test(
        "holds all but a fragment and the encoder's look-ahead if the process is killed",
        arguments: [150, 153, 156, 159]
    )
    func killed(frames: Int) throws {
        let folder = try TemporaryFolder()
        let (path, copy) = (folder.path + "/a.mp4", folder.path + "/b.mp4")
        let plan = RecordingPlan(
            roomName: "r",
            layout: "grid",
            video: VideoPlan(profile: .main, width: 640, height: 360, framerate: 30, bitrate: 1500),
            audio: AudioPlan(format: .aac, bitrate: 128, frequency: 44_100),
            filePath: ""
        )
        var writer = try RecordingWriter(plan: plan, path: path)
        let pattern = TestPattern(id: 1, width: 640, height: 360)
        for number in 0..<frames {
            try writer.write(pattern.frame(number, isFlashing: false), frame: Int64(number))
            try writer.write(BeepAndFlash().sound(from: Int64(number) * 1600, count: 1600))
        }
        // Never finished: these are the bytes that a kill leaves.
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        _ = try Remuxer.faststart(from: copy, to: copy)
        let kept = try DecodedFile(path: copy).pictures.count
        // x264 holds 12 frames back, to look ahead and to reorder; a fragment has 6.
        #expect(frames - kept <= 12 + 6, "\(frames - kept) frames are lost")
        try writer.finish()
    }
}
