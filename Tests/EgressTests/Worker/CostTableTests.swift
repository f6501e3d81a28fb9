import Storage
import Testing

@testable import Egress

@Suite("What egresses cost")
struct CostTableTests {
    @Test(
        "expects more of larger pictures and of further encodings, and little of what is passed through",
        arguments: [
            ([(1280, 720, 30)], 0.65), ([(640, 360, 15)], 0.65), ([(1920, 1080, 30)], 0.65 * 2.25),
            ([(1280, 720, 30), (640, 360, 30)], 1.3), ([], 0.1),
        ] as [([(Int, Int, Int)], Double)]
    )
    func costs(sizes: [(Int, Int, Int)], expected: Double) {
        let outputs = sizes.map { size in
            OutputPlan(
                kind: .file(FilePlan(format: .mp4, path: "")),
                video: VideoPlan(
                    profile: .main,
                    width: size.0,
                    height: size.1,
                    framerate: size.2,
                    bitrate: 3000,
                    keyFrameInterval: 4
                ),
                audio: nil,
                storage: .local
            )
        }
        let plan = EgressPlan(roomName: "r", source: .composite(layout: "", mixing: .middle), outputs: outputs)
        #expect(abs(CostTable().cost(of: plan) - expected) < 1e-9)
        let track = EgressPlan(roomName: "r", source: .track("TR_1"), outputs: outputs)
        #expect(CostTable().cost(of: track) == 0.02)
    }
}
