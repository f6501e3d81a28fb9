import Scene
import Testing

@Suite("Grid layouts")
struct GridLayoutTests {
    @Test(
        "place the tiles by the column table",
        arguments: [
            (1, hd, 1, 1), (2, hd, 2, 1), (3, hd, 2, 2), (4, hd, 2, 2), (5, hd, 3, 2), (6, hd, 3, 2), (7, hd, 3, 3),
            (9, hd, 3, 3),
            (10, hd, 4, 3), (16, hd, 4, 4), (17, hd, 5, 4), (25, hd, 5, 5),
            (4, SceneSize(width: 480, height: 360), 1, 4), (9, SceneSize(width: 640, height: 360), 2, 5),
            (2, SceneSize(width: 720, height: 1280), 1, 2), (17, SceneSize(width: 1024, height: 768), 4, 5),
        ]
    )
    func columnTable(count: Int, size: SceneSize, columns: Int, rows: Int) {
        var state = SceneState()
        let plan = Scene.stock(named: "grid").plan(sources: cameras(count), size: size, at: 0, state: &state)
        #expect(plan.tiles.count == count)
        #expect(Set(plan.tiles.map(\.rect.x)).count == columns)
        #expect(Set(plan.tiles.map(\.rect.y)).count == rows)
    }

    @Test("stand at even pixels, inside the frame, eight pixels apart, to its edges", arguments: 1...25)
    func edges(count: Int) {
        for size in [hd, SceneSize(width: 1920, height: 1080), SceneSize(width: 854, height: 480)] {
            var state = SceneState()
            let tiles = Scene.stock(named: "grid").plan(sources: cameras(count), size: size, at: 0, state: &state).tiles
            for tile in tiles {
                let rect = tile.rect
                #expect([rect.x, rect.y, rect.width, rect.height].allSatisfy { $0 % 2 == 0 && $0 >= 0 })
                #expect(rect.x + rect.width <= size.width && rect.y + rect.height <= size.height)
            }
            #expect(tiles.map { $0.rect.y + $0.rect.height }.max() == size.height)
            for (left, right) in zip(tiles, tiles.dropFirst()) where left.rect.y == right.rect.y {
                #expect((6...10).contains(right.rect.x - left.rect.x - left.rect.width))
            }
        }
    }

    @Test("divide 1280×720 for four exactly")
    func fourTiles() {
        var state = SceneState()
        let plan = Scene.stock(named: "grid-light").plan(sources: cameras(4), size: hd, at: 0, state: &state)
        #expect(
            plan.tiles.map(\.rect) == [
                SceneRect(x: 0, y: 0, width: 636, height: 356), SceneRect(x: 644, y: 0, width: 636, height: 356),
                SceneRect(x: 0, y: 364, width: 636, height: 356), SceneRect(x: 644, y: 364, width: 636, height: 356),
            ]
        )
        #expect(plan.background == .white)
        #expect(plan.tiles.allSatisfy { $0.fit == .cover && $0.content == .picture })
    }

    @Test("become a speaker layout of the same theme while a screen is shared")
    func screenShare() {
        for theme in ["light", "dark"] {
            let sources = cameras(3) + [screen("p2", joined: 2)]
            var gridState = SceneState()
            var speakerState = SceneState()
            let grid = Scene.stock(named: "grid-\(theme)").plan(sources: sources, size: hd, at: 0, state: &gridState)
            let speaker = Scene.stock(named: "speaker-\(theme)").plan(
                sources: sources,
                size: hd,
                at: 0,
                state: &speakerState
            )
            #expect(grid == speaker)
            #expect(grid.tiles.first?.sourceID == "p2/screen")
            #expect(grid.tiles.first?.fit == .contain)
        }
    }

    @Test("give participants without a picture an avatar of stable colour")
    func avatars() throws {
        var state = SceneState()
        let sources = [
            camera("Ada Lovelace", joined: 1, picture: false), camera("grace", joined: 2),
            camera("", joined: 3, picture: false),
        ]
        let tiles = Scene.stock(named: "grid").plan(sources: sources, size: hd, at: 0, state: &state).tiles
        guard case .avatar(let ada) = tiles[0].content, case .avatar(let nobody) = tiles[2].content else {
            Issue.record("no avatars in \(tiles)")
            return
        }
        #expect(ada.initials == "AL" && ada.name == "Ada Lovelace")
        #expect(nobody.initials == "" && nobody.name == "")
        #expect(tiles[1].content == .picture)
        #expect(tiles[1].withoutPicture().content != .picture)
        var other = SceneState()
        let later = Scene.stock(named: "grid").plan(sources: sources, size: hd, at: 99, state: &other).tiles
        #expect(later == tiles)
    }

    @Test("show an empty room as plain background")
    func empty() {
        var state = SceneState()
        let plan = Scene.stock(named: "").plan(sources: [], size: hd, at: 0, state: &state)
        #expect(plan.tiles.isEmpty && plan.background == .black)
    }
}
