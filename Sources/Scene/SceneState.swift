/// What a scene remembers from frame to frame so that tiles do not jump.
public struct SceneState: Sendable, Hashable {
    /// Every source, in the order of the tiles, the visible page first.
    var order: [String] = []
    /// The source on stage and since when.
    var stage: (id: String, since: Double)? {
        get { stageID.map { ($0, stageSince) } }
        set {
            stageID = newValue?.id
            stageSince = newValue?.since ?? 0
        }
    }

    private var stageID: String?
    private var stageSince: Double = 0

    /// Nothing seen yet.
    public init() {}
}

extension SceneState {
    /// Brings the remembered order up to date with `sorted` and returns the sources in it.
    ///
    /// Who is gone leaves; who is new comes in at its sorted place if that is after everyone already visible, else at the end
    /// of the page. Then every source that speaks (or is a screen) beyond the first `page` swaps with the visible one that
    /// has been silent the longest.
    mutating func arrange(_ sorted: [SceneSource], page: Int) -> [SceneSource] {
        let byID = Dictionary(sorted.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        order.removeAll { byID[$0] == nil }
        let known = Set(order)
        // Only the first frame (or an empty one) has nothing to keep stable: it takes the sorted order as it is.
        order += sorted.map(\.id).filter { !known.contains($0) }
        var arranged = order.compactMap { byID[$0] }
        if known.isEmpty { return arranged }

        bringScreensForward(&arranged)
        guard page > 0, arranged.count > page else {
            order = arranged.map(\.id)
            return arranged
        }
        for hidden in page..<arranged.count where arranged[hidden].isSpeaking {
            guard let silent = longestSilent(in: arranged[..<page]) else { break }
            arranged.swapAt(hidden, silent)
        }
        order = arranged.map(\.id)
        return arranged
    }

    /// The source that has the stage now: the first of `sorted` takes it, but not before `hold` seconds have passed, unless
    /// a screen is involved or the present holder is gone.
    mutating func stageHolder(among sorted: [SceneSource], hold: Double, at seconds: Double) -> SceneSource? {
        guard let candidate = sorted.first else {
            stage = nil
            return nil
        }
        if let stage, let holder = sorted.first(where: { $0.id == stage.id }), holder.id != candidate.id {
            let screenMatters = candidate.kind == .screenShare || holder.kind == .screenShare
            let stays = !screenMatters && (!candidate.isSpeaking || holder.isSpeaking || seconds - stage.since < hold)
            // Somebody with a picture replaces somebody without even in silence.
            let isBetter = candidate.hasPicture && !holder.hasPicture && !holder.isSpeaking
            if stays && !isBetter { return holder }
        }
        if stage?.id != candidate.id { stage = (candidate.id, seconds) }
        return candidate
    }
}

/// Screens first, in their order, everything else as it was.
private func bringScreensForward(_ sources: inout [SceneSource]) {
    guard sources.contains(where: { $0.kind == .screenShare }) else { return }
    sources = sources.filter { $0.kind == .screenShare } + sources.filter { $0.kind != .screenShare }
}

private func longestSilent(in page: ArraySlice<SceneSource>) -> Int? {
    page.indices
        .filter { !page[$0].isSpeaking && page[$0].kind != .screenShare }
        .min { (page[$0].lastSpokeAt ?? -1, -$0) < (page[$1].lastSpokeAt ?? -1, -$1) }
}
