import Scene
import Testing

@Suite("The layout language")
struct SceneLanguageTests {
    @Test(
        "answers to LiveKit's names",
        arguments: [
            ("", "grid-dark"), ("grid", "grid-dark"), ("grid-light", "grid-light"), ("grid-dark", "grid-dark"),
            ("speaker", "speaker-dark"), ("speaker-light", "speaker-light"), ("speaker-dark", "speaker-dark"),
            ("single-speaker", "single-speaker-dark"), ("single-speaker-light", "single-speaker-light"),
            ("something", "grid-dark"), ("something-light", "grid-light"), ("-light", "grid-light"),
        ]
    )
    func names(asked: String, got: String) {
        #expect(Scene.stock(named: asked).name == got)
    }

    @Test(
        "says what is wrong, and where",
        arguments: [
            ("", "layout x: the file is empty"),
            ("background: '#000'", "layout x: arrangement is missing; it is one of grid, stage, single"),
            ("arrangement: {single: {}}\nbackgruond: black", "line 2: backgruond: is not known here"),
            ("arrangement: {single: {}}\nbackground: black", "line 2: background: \"black\" is not a colour"),
            ("arrangement: {single: {hold: -1}}", "arrangement.single.hold: \"-1\" is not a number from 0.0 to 60.0"),
            ("arrangement: {}", "arrangement: needs exactly one of grid, stage, single"),
            ("arrangement: {grid: {columns: []}}", "arrangement.grid.columns: needs at least one line"),
            (
                "arrangement: {grid: {columns: [{tiles: 4, columns: 2}, {tiles: 4, columns: 3}]}}",
                "arrangement.grid.columns[1]: tiles has to be greater than in the line before"
            ),
            ("arrangement: {single: {}}\nwhen: [{screen_share: true, use: y}]", "there is no layout named \"y\""),
            (
                "arrangement: {single: {}}\norder: [tallest]",
                "\"tallest\" is none of screen_share, speaking, picture, joined"
            ),
            ("arrangement: [", "not YAML"),
            ("arrangement: {stage: {carousel: {landscape: middle}}}", "\"middle\" is none of left, right, top, bottom"),
        ]
    )
    func errors(yaml: String, message: String) {
        let error = #expect(throws: SceneError.self) { try Scene.parse(yaml: yaml, name: "x") }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
    }

    @Test("refuses layouts that use each other in a circle")
    func circle() {
        let file = { (other: String) in "arrangement: {single: {}}\nwhen: [{screen_share: true, use: \(other)}]" }
        let error = #expect(throws: SceneError.self) { try SceneLibrary(files: ["a": file("b"), "b": file("a")]) }
        #expect(error?.description.contains("uses itself: a → b → a") == true)
    }

    @Test("lets a layout of one's own choose sources, fit, corners and the place of a short row")
    func ownLayout() throws {
        let scene = try Scene.parse(
            yaml: """
                background: "#102030"
                tile: {fit: contain, corner_radius: 12}
                sources: [{kind: camera}]
                arrangement: {grid: {gap: 0, last_row: centre, columns: [{tiles: 4, columns: 2}]}}
                """,
            name: "mine"
        )
        var state = SceneState()
        let sources = cameras(3) + [camera("mute", joined: 9, picture: false), screen("p1")]
        let plan = scene.plan(sources: sources, size: hd, at: 0, state: &state)
        #expect(plan.background == SceneColor(red: 0x10, green: 0x20, blue: 0x30))
        #expect(plan.tiles.map(\.sourceID) == ["p1/camera", "p2/camera", "p3/camera"])
        #expect(plan.tiles[2].rect == SceneRect(x: 320, y: 360, width: 640, height: 360))
        #expect(plan.tiles.allSatisfy { $0.fit == .contain && $0.cornerRadius == 12 && $0.standIn == nil })
    }

    @Test(
        "asks for the picture a tile needs and no more",
        arguments: [
            (
                PictureFit.contain, SceneSize?.some(SceneSize(width: 1280, height: 720)),
                SceneSize(width: 400, height: 225)
            ),
            (.cover, SceneSize(width: 1280, height: 720), SceneSize(width: 533, height: 300)),
            (.cover, SceneSize(width: 720, height: 1280), SceneSize(width: 400, height: 711)),
            (.contain, SceneSize?.none, SceneSize(width: 400, height: 300)),
        ]
    )
    func pictureSize(fit: PictureFit, picture: SceneSize?, expected: SceneSize) {
        let rect = SceneRect(x: 0, y: 0, width: 400, height: 300)
        let tile = PlacedTile(sourceID: "s", rect: rect, fit: fit, content: .picture)
        #expect(tile.desiredPictureSize(pictureSize: picture) == expected)
        let avatar = SceneAvatar(initials: "A", name: "A", color: .black)
        let standIn = PlacedTile(sourceID: "s", rect: rect, fit: fit, content: .avatar(avatar))
        #expect(standIn.desiredPictureSize(pictureSize: picture) == nil)
    }
}
