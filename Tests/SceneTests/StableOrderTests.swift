import Scene
import Testing

@Suite("The order of tiles")
struct StableOrderTests {
    private let scene = Scene.stock(named: "grid")

    private func ids(_ sources: [SceneSource], at seconds: Double, _ state: inout SceneState) -> [String] {
        scene.plan(sources: sources, size: hd, at: seconds, state: &state).tiles.map { String($0.sourceID.dropLast(7)) }
    }

    @Test("stays as it is when somebody visible speaks")
    func speakerOnPage() {
        var state = SceneState()
        var sources = cameras(5)
        let before = ids(sources, at: 0, &state)
        sources[4] = camera("p5", joined: 5, speaking: true, spoke: 1)
        #expect(ids(sources, at: 1, &state) == before)
    }

    @Test("brings a speaker from beyond the page forward in the place of the longest silent")
    func speakerBeyondPage() {
        var state = SceneState()
        var sources = cameras(27)
        sources[0] = camera("p1", joined: 1, spoke: 3)
        let before = ids(sources, at: 4, &state)
        #expect(before.count == 25 && !before.contains("p27"))
        sources[26] = camera("p27", joined: 27, speaking: true, spoke: 5)
        let after = ids(sources, at: 5, &state)
        #expect(after.contains("p27"))
        #expect(zip(before, after).count { $0 != $1 } == 1)
        #expect(after[0] == "p1")
        sources[26] = camera("p27", joined: 27, spoke: 6)
        #expect(ids(sources, at: 9, &state) == after)
    }

    @Test("closes the gap of who left and puts who comes at the end")
    func comingAndGoing() {
        var state = SceneState()
        _ = ids(cameras(3), at: 0, &state)
        let sources = [camera("p3", joined: 3), camera("p1", joined: 1), camera("new", joined: 0)]
        #expect(ids(sources, at: 1, &state) == ["p1", "p3", "new"])
    }
}
