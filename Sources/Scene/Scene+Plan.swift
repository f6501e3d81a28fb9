extension Scene {
    /// The frame of `size` that shows `sources` at `seconds` of the session.
    ///
    /// Pure but for `state`, which is this scene's memory of where tiles stood; hand the same one to every frame, and to the
    /// next scene when the layout is changed, so that tiles keep their order.
    public func plan(
        sources: [SceneSource],
        size: SceneSize,
        at seconds: Double,
        state: inout SceneState
    ) -> ScenePlan {
        if let scene = alternatives.first(where: { $0.condition.holds(for: sources) })?.scene {
            return scene.plan(sources: sources, size: size, at: seconds, state: &state)
        }
        let sorted = sources.filter(isShown).sorted(by: precedes)
        var tiles: [PlacedTile]
        switch arrangement {
        case .grid(let grid):
            let visible = state.arrange(sorted, page: grid.pageSize).prefix(grid.pageSize)
            tiles = zip(visible, grid.rects(count: visible.count, in: size)).map { place($0, in: $1) }
        case .single(let hold):
            let holder = state.stageHolder(among: sorted, hold: hold, at: seconds)
            _ = state.arrange(sorted, page: 0)
            let frame = SceneRect(x: 0, y: 0, width: size.width, height: size.height)
            tiles = holder.map { [place($0, in: frame)] } ?? []
        case .stage(let stage):
            tiles = staged(sorted, by: stage, size: size, at: seconds, state: &state)
        }
        tiles.sort { $0.z < $1.z }
        return ScenePlan(size: size, background: background, tiles: tiles)
    }

    private func staged(
        _ sorted: [SceneSource],
        by stage: StageArrangement,
        size: SceneSize,
        at seconds: Double,
        state: inout SceneState
    ) -> [PlacedTile] {
        let previous = state.stage?.id
        guard let holder = state.stageHolder(among: sorted, hold: stage.hold, at: seconds) else { return [] }
        // Whoever leaves the stage takes the place of whoever goes onto it, so that only two tiles move.
        if let previous, previous != holder.id, sorted.contains(where: { $0.id == previous }),
            !state.order.contains(previous), let slot = state.order.firstIndex(of: holder.id)
        {
            state.order[slot] = previous
        }
        let others = sorted.filter { $0.id != holder.id }
        let rects = stage.rects(others: others.count, in: size)
        let carousel = state.arrange(others, page: rects.carousel.count)
        return [place(holder, in: rects.stage)] + zip(carousel, rects.carousel).map { place($0, in: $1) }
    }

    private func isShown(_ source: SceneSource) -> Bool {
        rules.contains { $0.kind == source.kind && ($0.picture == .optional || source.hasPicture) }
    }

    private func precedes(_ first: SceneSource, _ second: SceneSource) -> Bool {
        for key in order {
            let a = key.weight(of: first)
            let b = key.weight(of: second)
            if a != b { return a < b }
        }
        return (first.joinedOrder, first.id) < (second.joinedOrder, second.id)
    }

    private func place(_ source: SceneSource, in rect: SceneRect) -> PlacedTile {
        let isWholePictureNeeded =
            source.kind == .screenShare || source.pictureSize.map(\.isPortrait) ?? false
        let canStandIn = rules.contains { $0.kind == source.kind && $0.picture == .optional }
        let avatar = avatar.avatar(for: source)
        return PlacedTile(
            sourceID: source.id,
            rect: rect,
            fit: tile.fit ?? (isWholePictureNeeded ? .contain : .cover),
            content: source.hasPicture ? .picture : .avatar(avatar),
            standIn: canStandIn ? avatar : nil,
            background: tile.background,
            cornerRadius: tile.cornerRadius
        )
    }
}

extension Alternative.Condition {
    fileprivate func holds(for sources: [SceneSource]) -> Bool {
        switch self {
        case .screenShare(let wanted): sources.contains { $0.kind == .screenShare && $0.hasPicture } == wanted
        }
    }
}

extension OrderKey {
    /// Smaller comes first.
    fileprivate func weight(of source: SceneSource) -> Double {
        switch self {
        case .screenShare: source.kind == .screenShare ? 0 : 1
        case .speaking: source.isSpeaking ? -.infinity : -(source.lastSpokeAt ?? -1)
        case .picture: source.hasPicture ? 0 : 1
        case .joined: Double(source.joinedOrder)
        }
    }
}
