extension GridArrangement {
    /// How many tiles are shown at once.
    var pageSize: Int { table.last?.tiles ?? 1 }

    /// The rectangles of `count` tiles, row by row.
    func rects(count: Int, in size: SceneSize) -> [SceneRect] {
        guard count > 0 else { return [] }
        let columns = columns(count: count, in: size)
        let rows = (count + columns - 1) / columns
        let width = cell(of: size.width, parts: columns)
        let height = cell(of: size.height, parts: rows)
        return (0..<count).map { index in
            let row = index / columns
            let inRow = row == rows - 1 ? count - row * columns : columns
            let shift = lastRow == .centre ? Double(columns - inRow) * (width + Double(gap)) / 2 : 0
            let left = Double(index % columns) * (width + Double(gap)) + shift
            let top = Double(row) * (height + Double(gap))
            return SceneRect(left: left, top: top, right: left + width, bottom: top + height)
        }
    }

    private func columns(count: Int, in size: SceneSize) -> Int {
        guard let row = table.first(where: { $0.tiles >= count }) ?? table.last else { return 1 }
        if size.isPortrait, let columns = row.portraitColumns { return columns }
        let isNarrow = row.narrow.map { size.width < $0 } ?? false
        return max(1, min(count, row.columns - (isNarrow ? 1 : 0)))
    }

    private func cell(of length: Int, parts: Int) -> Double {
        max(2, Double(length - gap * (parts - 1)) / Double(parts))
    }
}
