import MediaWire
import Scene
import Testing

@testable import Egress

@Suite("The room as a recording sees it")
struct RoomModelTests {
    static func person(_ sid: String, hasTile: Bool = true) -> RoomModel.Person {
        RoomModel.Person(sid: sid, identity: sid, name: sid, hasTile: hasTile, tracks: [])
    }

    static func track(
        _ sid: String,
        _ role: RoomModel.Track.Role,
        muted: Bool = false,
        readable: Bool = true
    ) -> RoomModel.Track {
        RoomModel.Track(
            sid: sid,
            role: role,
            isMuted: muted,
            size: role == .sound ? nil : SceneSize(width: 1280, height: 720),
            isReadable: readable
        )
    }

    @Test("has a source for everybody, with or without a picture, in the order of joining")
    func sources() {
        var room = RoomModel()
        room.update(Self.person("b"))
        room.update(Self.person("a"))
        room.update(Self.track("v", .camera), of: "a")
        #expect(room.sources.map(\.id) == ["b/camera", "a/camera"])
        #expect(room.sources.map(\.hasPicture) == [false, true])
        #expect(room.sources.map(\.joinedOrder) == [0, 1])
        room.update(Self.track("v", .camera, muted: true), of: "a")
        #expect(room.sources.map(\.hasPicture) == [false, false])
        #expect(!room.expectsPicture)
    }

    @Test("has no tile for an agent unless it sends a picture")
    func agents() {
        var room = RoomModel()
        room.update(Self.person("agent", hasTile: false))
        #expect(room.sources.isEmpty)
        room.update(Self.track("v", .camera), of: "agent")
        #expect(room.sources.map(\.id) == ["agent/camera"])
    }

    @Test("keeps a source when its track is published anew, and takes the camera that is on")
    func cameras() {
        var room = RoomModel()
        room.update(Self.person("a"))
        room.update(Self.track("v1", .camera), of: "a")
        let before = room.sources.map(\.id)
        room.remove(track: "v1", of: "a")
        room.update(Self.track("v2", .camera, muted: true), of: "a")
        room.update(Self.track("v3", .camera), of: "a")
        #expect(room.sources.map(\.id) == before)
        #expect(room.tracks.map(\.track.sid) == ["v3"])
    }

    @Test("leaves out what cannot be decoded")
    func unreadable() {
        var room = RoomModel()
        room.update(Self.person("a"))
        room.update(Self.track("v", .camera, readable: false), of: "a")
        room.update(Self.track("s", .sound, readable: false), of: "a")
        #expect(room.tracks.isEmpty)
        #expect(room.sources.map(\.hasPicture) == [false])
    }

    @Test("gives every shared screen a source of its own, and remembers who spoke")
    func screensAndSpeakers() {
        var room = RoomModel()
        room.update(Self.person("a"))
        room.update(Self.track("s1", .screen), of: "a")
        room.update(Self.track("s2", .screen), of: "a")
        room.speak(["a", "nobody"], at: 3)
        room.speak([], at: 5)
        #expect(room.sources.map(\.id) == ["a/s1", "a/s2", "a/camera"])
        #expect(room.sources.allSatisfy { !$0.isSpeaking && $0.lastSpokeAt == 5 })
        room.remove(person: "a")
        #expect(room.sources.isEmpty && room.tracks.isEmpty)
    }
}
