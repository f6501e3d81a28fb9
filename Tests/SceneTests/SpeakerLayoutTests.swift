import Scene
import Testing

@Suite("Speaker layouts")
struct SpeakerLayoutTests {
    private func ids(_ plan: ScenePlan) -> [String] { plan.tiles.map(\.sourceID) }

    @Test("put five sixths of a landscape frame on stage and 16:10 tiles at the left")
    func landscape() {
        var state = SceneState()
        let plan = Scene.stock(named: "speaker").plan(sources: cameras(4), size: hd, at: 0, state: &state)
        #expect(
            plan.tiles.map(\.rect) == [
                SceneRect(x: 220, y: 0, width: 1060, height: 720),
                SceneRect(x: 0, y: 0, width: 212, height: 132),
                SceneRect(x: 0, y: 140, width: 212, height: 134),
                SceneRect(x: 0, y: 282, width: 212, height: 132),
            ]
        )
    }

    @Test("put the small tiles under the stage of a portrait frame")
    func portrait() {
        var state = SceneState()
        let size = SceneSize(width: 720, height: 1280)
        let plan = Scene.stock(named: "speaker").plan(sources: cameras(3), size: size, at: 0, state: &state)
        #expect(plan.tiles[0].rect == SceneRect(x: 0, y: 0, width: 720, height: 1060))
        #expect(plan.tiles[1].rect.y == 1068 && plan.tiles[2].rect.y == 1068)
        #expect(plan.tiles[1].rect.height == 212)
    }

    @Test("give a lone source the whole frame")
    func alone() {
        for name in ["speaker", "single-speaker", "grid"] {
            var state = SceneState()
            let plan = Scene.stock(named: name).plan(sources: cameras(1), size: hd, at: 0, state: &state)
            #expect(plan.tiles.map(\.rect) == [SceneRect(x: 0, y: 0, width: 1280, height: 720)])
        }
    }

    @Test("move two tiles only when somebody else takes the stage")
    func stageChange() {
        let scene = Scene.stock(named: "speaker")
        var state = SceneState()
        var sources = cameras(4)
        #expect(ids(scene.plan(sources: sources, size: hd, at: 0, state: &state)).first == "p1/camera")
        sources[2] = camera("p3", joined: 3, speaking: true, spoke: 5)
        #expect(
            ids(scene.plan(sources: sources, size: hd, at: 5, state: &state))
                == ["p3/camera", "p2/camera", "p1/camera", "p4/camera"]
        )
    }

    @Test("keep the last speaker on stage in silence, and a speaking one while it speaks")
    func stageStays() {
        let scene = Scene.stock(named: "single-speaker")
        var state = SceneState()
        var sources = [
            camera("a", joined: 1), camera("b", joined: 2, speaking: true, spoke: 1), camera("c", joined: 3),
        ]
        #expect(ids(scene.plan(sources: sources, size: hd, at: 1, state: &state)) == ["b/camera"])
        sources[2] = camera("c", joined: 3, speaking: true, spoke: 4)
        #expect(ids(scene.plan(sources: sources, size: hd, at: 4, state: &state)) == ["b/camera"])
        sources[1] = camera("b", joined: 2, spoke: 5)
        #expect(ids(scene.plan(sources: sources, size: hd, at: 5, state: &state)) == ["c/camera"])
        sources[2] = camera("c", joined: 3, spoke: 6)
        #expect(ids(scene.plan(sources: sources, size: hd, at: 60, state: &state)) == ["c/camera"])
    }

    @Test("change the stage at most once a second")
    func hold() {
        let scene = Scene.stock(named: "single-speaker")
        var state = SceneState()
        var sources = [camera("a", joined: 1, speaking: true, spoke: 10), camera("b", joined: 2)]
        _ = scene.plan(sources: sources, size: hd, at: 10, state: &state)
        sources = [camera("a", joined: 1, spoke: 10), camera("b", joined: 2, speaking: true, spoke: 10.4)]
        #expect(ids(scene.plan(sources: sources, size: hd, at: 10.5, state: &state)) == ["a/camera"])
        #expect(ids(scene.plan(sources: sources, size: hd, at: 11.1, state: &state)) == ["b/camera"])
    }

    @Test("give a screen share the stage at once and the speaker afterwards")
    func screenShare() {
        let scene = Scene.stock(named: "speaker")
        var state = SceneState()
        let people = [camera("a", joined: 1, speaking: true, spoke: 1), camera("b", joined: 2)]
        _ = scene.plan(sources: people, size: hd, at: 1, state: &state)
        let shared = scene.plan(sources: people + [screen("b", joined: 2)], size: hd, at: 1.1, state: &state)
        #expect(ids(shared) == ["b/screen", "b/camera", "a/camera"])
        let after = scene.plan(sources: people, size: hd, at: 1.2, state: &state)
        #expect(ids(after).first == "a/camera")
    }
}
