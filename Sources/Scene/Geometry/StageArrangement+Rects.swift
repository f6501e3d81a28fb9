extension StageArrangement {
    /// The stage and as many small tiles as fit; a lone source has the whole frame.
    func rects(others: Int, in size: SceneSize) -> (stage: SceneRect, carousel: [SceneRect]) {
        let width = Double(size.width)
        let height = Double(size.height)
        guard others > 0 else {
            return (SceneRect(left: 0, top: 0, right: width, bottom: height), [])
        }
        let side = size.isPortrait ? portrait : landscape
        let isColumn = side == .left || side == .right
        let across = isColumn ? width : height
        let along = isColumn ? height : width
        let thickness = max(2, (across - Double(gap)) * share)
        let length = max(2, isColumn ? thickness / aspect : thickness * aspect)

        let carouselStart = side == .left || side == .top ? 0 : across - thickness
        let stageStart = side == .left || side == .top ? thickness + Double(gap) : 0
        let stageEnd = side == .left || side == .top ? across : across - thickness - Double(gap)
        func rect(from: Double, to: Double, along start: Double, until end: Double) -> SceneRect {
            isColumn
                ? SceneRect(left: from, top: start, right: to, bottom: end)
                : SceneRect(left: start, top: from, right: end, bottom: to)
        }

        let fitting = max(1, Int((along + Double(tileGap)) / (length + Double(tileGap))))
        let count = min(others, fitting, maxTiles ?? fitting)
        let tiles = (0..<count).map { index in
            let start = Double(index) * (length + Double(tileGap))
            return rect(
                from: carouselStart,
                to: carouselStart + thickness,
                along: start,
                until: min(along, start + length)
            )
        }
        return (rect(from: stageStart, to: stageEnd, along: 0, until: along), tiles)
    }
}
