import MediaWire
import Scene
import Testing

@testable import Egress

@Suite("Subscriptions")
struct SubscriptionPlannerTests {
    private func at(_ seconds: Int) -> Instant { Instant(nanoseconds: Int64(seconds) * 1_000_000_000) }

    private func room(cameras: Int) -> RoomModel {
        var room = RoomModel()
        for index in 1...cameras {
            room.update(RoomModelTests.person("p\(index)"))
            room.update(RoomModelTests.track("v\(index)", .camera), of: "p\(index)")
            room.update(RoomModelTests.track("a\(index)", .sound), of: "p\(index)")
        }
        return room
    }

    private func plan(_ room: RoomModel, _ layout: String = "grid") -> ScenePlan {
        var state = SceneState()
        let size = SceneSize(width: 1280, height: 720)
        return Scene.stock(named: layout).plan(sources: room.sources, size: size, at: 0, state: &state)
    }

    @Test("are for all sound, and for the pictures with a tile, in the tile's size")
    func sizes() {
        var planner = SubscriptionPlanner(recordsAudio: true, recordsVideo: true)
        let room = room(cameras: 2)
        let changes = planner.update(room, plan: plan(room), at: at(0))
        #expect(
            changes == [
                .subscribePicture(track: "v1", of: "p1", source: "p1/camera"),
                .resize(track: "v1", SceneSize(width: 1280, height: 720)),
                .subscribeSound(track: "a1", of: "p1"),
                .subscribePicture(track: "v2", of: "p2", source: "p2/camera"),
                .resize(track: "v2", SceneSize(width: 1280, height: 720)),
                .subscribeSound(track: "a2", of: "p2"),
            ]
        )
        let again = planner.update(room, plan: plan(room), at: at(1))
        #expect(again.isEmpty)
    }

    @Test("follow the layout: smaller tiles, then none, then back")
    func layoutChanges() {
        var planner = SubscriptionPlanner(recordsAudio: false, recordsVideo: true)
        let room = room(cameras: 4)
        _ = planner.update(room, plan: plan(room), at: at(0))
        let single = plan(room, "single-speaker")
        let paused = ["v2", "v3", "v4"].map { SubscriptionPlanner.Change.pause(track: $0) }
        let changes = [1, 2, 3, 9].map { planner.update(room, plan: single, at: at($0)) }
        #expect(changes == [[.resize(track: "v1", SceneSize(width: 1280, height: 720))], [], paused, []])
        let back = planner.update(room, plan: plan(room), at: at(10))
        #expect(back == (1...4).map { .resize(track: "v\($0)", SceneSize(width: 636, height: 358)) })
    }

    @Test("are forgotten with their tracks and taken anew with new ones")
    func republished() {
        var planner = SubscriptionPlanner(recordsAudio: true, recordsVideo: false)
        var room = room(cameras: 1)
        let first = planner.update(room, plan: nil, at: at(0))
        #expect(first == [.subscribeSound(track: "a1", of: "p1")])
        room.remove(track: "a1", of: "p1")
        let second = planner.update(room, plan: nil, at: at(1))
        #expect(second == [.forget(track: "a1")])
        room.update(RoomModelTests.track("a9", .sound), of: "p1")
        let third = planner.update(room, plan: nil, at: at(2))
        #expect(third == [.subscribeSound(track: "a9", of: "p1")])
    }
}
