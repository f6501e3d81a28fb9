import Compositor
import Foundation
import Media
import Scene
import TestKit
import Testing

@Suite("Avatars")
struct AvatarTests {
    private func draw(_ avatar: SceneAvatar, size: SceneSize, background: SceneColor = .black) -> VideoFrame {
        let canvas = Canvas(size: size)
        let tile = PlacedTile(
            sourceID: "a",
            rect: SceneRect(x: 0, y: 0, width: size.width, height: size.height),
            fit: .cover,
            content: .avatar(avatar),
            background: background
        )
        return canvas.draw(plan: ScenePlan(size: size, background: .black, tiles: [tile])) { _ in nil }
    }

    /// How many samples of a part are brighter or darker than the part's most frequent value.
    private func inked(_ frame: VideoFrame, rows: Range<Int>, columns: Range<Int>) -> Int {
        frame.withPlanes { planes in
            let values = rows.flatMap { row in planes.y.row(row)[columns] }
            let counts = Dictionary(grouping: values, by: { $0 }).mapValues(\.count)
            guard let ground = counts.max(by: { $0.value < $1.value })?.key else { return 0 }
            return values.count { abs(Int($0) - Int(ground)) > 30 }
        }
    }

    @Test(
        "There are initials on the disc and a name below it",
        arguments: [
            ("AL", "Ada Lovelace"), ("Ж", "Жанна Д’Арк"), ("山", "山田 太郎"), ("ع", "عمر الخيام"), ("é", "Zoe\u{0301} 🎻"),
        ]
    )
    func text(initials: String, name: String) {
        let avatar = SceneAvatar(initials: initials, name: name, color: SceneColor(red: 60, green: 90, blue: 200))
        let frame = draw(avatar, size: SceneSize(width: 640, height: 360))
        #expect(inked(frame, rows: 130..<190, columns: 280..<360) > 60)
        #expect(inked(frame, rows: 270..<306, columns: 200..<440) > 60)
        let without = draw(
            SceneAvatar(initials: "", name: "", color: avatar.color),
            size: SceneSize(width: 640, height: 360)
        )
        #expect(inked(without, rows: 140..<220, columns: 290..<350) == 0)
        #expect(inked(without, rows: 290..<330, columns: 100..<540) == 0)
    }

    @Test("A name that is too long stays in its tile, and line breaks and zeros do no harm")
    func strangeNames() {
        for name in [
            String(repeating: "Wide Name ", count: 400), "a\nb\r\nc", "a\0b", "\u{202E}abc",
            String(repeating: "\u{0301}", count: 5_000),
        ] {
            let avatar = SceneAvatar(initials: String(name.prefix(2)), name: name, color: .white, textColor: .black)
            let frame = draw(avatar, size: SceneSize(width: 320, height: 180))
            #expect(inked(frame, rows: 0..<180, columns: 0..<12) == 0)
            #expect(inked(frame, rows: 0..<180, columns: 308..<320) == 0)
        }
    }

    @Test("The name is readable on light and on dark", arguments: [SceneColor.black, .white])
    func contrast(background: SceneColor) {
        let avatar = SceneAvatar(initials: "X", name: "Xavier", color: SceneColor(red: 60, green: 90, blue: 200))
        let frame = draw(avatar, size: SceneSize(width: 640, height: 360), background: background)
        #expect(inked(frame, rows: 270..<306, columns: 200..<440) > 60)
    }

    @Test("Small tiles have a disc alone", arguments: [(16, 16), (2, 2), (100, 40), (40, 400)])
    func smallTiles(width: Int, height: Int) {
        let avatar = SceneAvatar(initials: "XY", name: "Xenia", color: .white, textColor: .black)
        let frame = draw(avatar, size: SceneSize(width: width, height: height))
        #expect(width < 16 || FrameProbe.meanLuma(frame) > 20)
    }

    @Test("An avatar is rendered once, whatever happens around it")
    func cache() {
        let size = SceneSize(width: 640, height: 360)
        let canvas = Canvas(size: size)
        let avatar = SceneAvatar(initials: "A", name: "Anna", color: .white, textColor: .black)
        for offset in stride(from: 0, to: 40, by: 2) {
            let tile = PlacedTile(
                sourceID: "a",
                rect: SceneRect(x: offset, y: 0, width: 320, height: 180),
                fit: .cover,
                content: .avatar(avatar)
            )
            _ = canvas.draw(plan: ScenePlan(size: size, background: .black, tiles: [tile])) { _ in nil }
        }
        #expect(canvas.statistics.avatarsRendered == 1)
        #expect(canvas.statistics.tilesDrawn == 20)
    }
}
