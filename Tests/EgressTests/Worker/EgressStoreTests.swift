import LiveKitProtocol
import MediaWire
import SwiftProtobuf
import Testing

@testable import Egress

@Suite("The list of egresses")
struct EgressStoreTests {
    private func info(_ id: String, room: String, _ status: Livekit_EgressStatus, updated: Int64) -> Livekit_EgressInfo
    {
        .with {
            $0.egressID = id
            $0.roomName = room
            $0.status = status
            $0.updatedAt = updated
        }
    }

    private func at(_ hours: Int) -> Instant { Instant(nanoseconds: Int64(hours) * 3_600_000_000_000) }

    private func filled() -> EgressStore {
        var store = EgressStore(retention: .seconds(24 * 3600))
        _ = store.update(info("a", room: "x", .egressActive, updated: 1), at: at(0))
        _ = store.update(info("b", room: "x", .egressComplete, updated: 2), at: at(0))
        _ = store.update(info("c", room: "y", .egressStarting, updated: 3), at: at(0))
        return store
    }

    @Test(
        "is filtered by room, identifier and activity, newest first",
        arguments: [
            ("", "", false, ["c", "b", "a"]), ("x", "", false, ["b", "a"]), ("x", "", true, ["a"]),
            ("", "b", false, ["b"]),
            ("y", "a", false, []), ("", "", true, ["c", "a"]),
        ]
    )
    func list(room: String, id: String, active: Bool, expected: [String]) {
        var store = filled()
        let request = Livekit_ListEgressRequest.with {
            $0.roomName = room
            $0.egressID = id
            $0.active = active
        }
        let listed = store.list(request, at: at(1)).map(\.egressID)
        #expect(listed == expected)
    }

    @Test("forgets what ended a day ago, and nothing that runs")
    func retention() {
        var store = filled()
        let listed = [23, 24, 1000].map { hours in store.list(.init(), at: at(hours)).map(\.egressID) }
        #expect(listed == [["c", "b", "a"], ["c", "a"], ["c", "a"]])
    }

    @Test("takes no news of what is over")
    func terminal() {
        var store = filled()
        let isNews = store.update(info("b", room: "x", .egressActive, updated: 9), at: at(0))
        #expect(!isNews)
        #expect(store.info(of: "b")?.status == .egressComplete)
        #expect(store.activeCount == 2)
    }
}
