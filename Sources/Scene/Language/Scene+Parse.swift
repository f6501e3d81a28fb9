extension Scene {
    /// Reads a layout file.
    ///
    /// - Parameters:
    ///   - yaml: the file's text, in the layout language of `docs/layouts.md`.
    ///   - name: the name the layout is asked for by.
    ///   - including: gives the layout that a `use:` names; without it a `use:` is an error.
    /// - Throws: `SceneError` with the line and what would be right.
    public static func parse(
        yaml: String,
        name: String,
        including: (_ name: String) throws(SceneError) -> Scene? = { _ in nil }
    ) throws(SceneError) -> Scene {
        let entries = try SceneNode(yaml: yaml, layout: name).mapping([
            "background", "tile", "avatar", "sources", "order", "arrangement", "when",
        ])
        guard let arrangement = entries["arrangement"] else {
            throw SceneError(layout: name, message: "arrangement is missing; it is one of grid, stage, single")
        }
        return Scene(
            name: name,
            background: try entries["background"]?.color() ?? .black,
            tile: try entries["tile"]?.tileStyle() ?? TileStyle(),
            avatar: try entries["avatar"]?.avatarStyle() ?? AvatarStyle(),
            rules: try entries["sources"]?.sourceRules() ?? everything,
            order: try entries["order"]?.orderKeys() ?? [.screenShare, .joined],
            arrangement: try arrangement.arrangement(),
            alternatives: try entries["when"]?.alternatives(including: including) ?? []
        )
    }
}

private let everything = [
    SourceRule(kind: .screenShare, picture: .required), SourceRule(kind: .camera, picture: .optional),
]

/// More tiles than this cannot be told apart in any frame.
private let maximumTiles = 100
/// The longest side a frame can have, hence any gap.
private let maximumPixels = 16_384

extension SceneNode {
    fileprivate func tileStyle() throws(SceneError) -> TileStyle {
        let entries = try mapping(["background", "corner_radius", "fit"])
        return TileStyle(
            background: try entries["background"]?.color() ?? .black,
            cornerRadius: try entries["corner_radius"]?.integer(0...1024) ?? 0,
            fit: try entries["fit"]?.pictureFit()
        )
    }

    private func pictureFit() throws(SceneError) -> PictureFit? {
        try string() == "auto" ? nil : try choice()
    }

    fileprivate func avatarStyle() throws(SceneError) -> AvatarStyle {
        let entries = try mapping(["text", "palette"])
        var style = AvatarStyle()
        if let text = entries["text"] { style.textColor = try text.color() }
        if let palette = entries["palette"] {
            var colors: [SceneColor] = []
            for element in try palette.elements() { colors.append(try element.color()) }
            guard !colors.isEmpty else { throw palette.error("needs at least one colour") }
            style.palette = colors
        }
        return style
    }

    fileprivate func sourceRules() throws(SceneError) -> [SourceRule] {
        var rules: [SourceRule] = []
        for element in try elements() {
            let entries = try element.mapping(["kind", "picture"])
            guard let kind = entries["kind"] else { throw element.error("kind is missing") }
            rules.append(
                SourceRule(kind: try kind.choice(), picture: try entries["picture"]?.choice() ?? .required)
            )
        }
        return rules
    }

    fileprivate func orderKeys() throws(SceneError) -> [OrderKey] {
        var keys: [OrderKey] = []
        for element in try elements() { keys.append(try element.choice()) }
        return keys
    }

    fileprivate func alternatives(
        including: (_ name: String) throws(SceneError) -> Scene?
    ) throws(SceneError) -> [Alternative] {
        var alternatives: [Alternative] = []
        for element in try elements() {
            let entries = try element.mapping(["screen_share", "use"])
            guard let condition = entries["screen_share"] else {
                throw element.error("a condition is missing: screen_share")
            }
            guard let use = entries["use"] else { throw element.error("use is missing: the layout that takes over") }
            let name = try use.string()
            guard let scene = try including(name) else { throw use.error("there is no layout named \"\(name)\"") }
            alternatives.append(Alternative(condition: .screenShare(try condition.boolean()), scene: scene))
        }
        return alternatives
    }

    fileprivate func arrangement() throws(SceneError) -> Arrangement {
        let entries = try mapping(["grid", "stage", "single"])
        guard entries.count == 1, let (kind, node) = entries.first else {
            throw error("needs exactly one of grid, stage, single")
        }
        switch kind {
        case "grid": return .grid(try node.grid())
        case "stage": return .stage(try node.stage())
        default: return .single(hold: try node.mapping(["hold"])["hold"]?.number(0...60) ?? 1)
        }
    }

    private func grid() throws(SceneError) -> GridArrangement {
        let entries = try mapping(["gap", "last_row", "columns"])
        guard let columns = entries["columns"] else { throw error("columns is missing") }
        var table: [GridArrangement.Row] = []
        for element in try columns.elements() {
            let row = try element.gridRow()
            guard row.tiles > table.last?.tiles ?? 0 else {
                throw element.error("tiles has to be greater than in the line before")
            }
            table.append(row)
        }
        guard !table.isEmpty else { throw columns.error("needs at least one line") }
        return GridArrangement(
            gap: try entries["gap"]?.integer(0...maximumPixels) ?? 0,
            lastRow: try entries["last_row"]?.choice() ?? .start,
            table: table
        )
    }

    private func gridRow() throws(SceneError) -> GridArrangement.Row {
        let entries = try mapping(["tiles", "columns", "portrait", "narrow"])
        guard let tiles = entries["tiles"], let columns = entries["columns"] else {
            throw error("needs tiles and columns")
        }
        return GridArrangement.Row(
            tiles: try tiles.integer(1...maximumTiles),
            columns: try columns.integer(1...maximumTiles),
            portraitColumns: try entries["portrait"]?.integer(1...maximumTiles),
            narrow: try entries["narrow"]?.integer(0...maximumPixels)
        )
    }

    private func stage() throws(SceneError) -> StageArrangement {
        let entries = try mapping(["gap", "hold", "carousel"])
        let carousel =
            try entries["carousel"]?.mapping(["landscape", "portrait", "share", "aspect", "gap", "tiles"]) ?? [:]
        return StageArrangement(
            gap: try entries["gap"]?.integer(0...maximumPixels) ?? 0,
            hold: try entries["hold"]?.number(0...60) ?? 1,
            landscape: try carousel["landscape"]?.choice() ?? .left,
            portrait: try carousel["portrait"]?.choice() ?? .bottom,
            share: try carousel["share"]?.number(0.01...0.9) ?? 1 / 6,
            aspect: try carousel["aspect"]?.number(0.1...10) ?? 1.6,
            tileGap: try carousel["gap"]?.integer(0...maximumPixels) ?? 0,
            maxTiles: try carousel["tiles"]?.integer(1...maximumTiles)
        )
    }
}
