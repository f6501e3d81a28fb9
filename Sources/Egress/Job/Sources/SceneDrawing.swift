import Scene

/// How a recording's frames are drawn.
enum SceneDrawing: Sendable {
    /// By a layout.
    case scene(Scene)
    /// The first source's picture alone: whole, in the middle, on black; black without a picture.
    case single

    /// The frame for these sources.
    func plan(sources: [SceneSource], size: SceneSize, at seconds: Double, state: inout SceneState) -> ScenePlan {
        switch self {
        case .scene(let scene): return scene.plan(sources: sources, size: size, at: seconds, state: &state)
        case .single:
            let tiles = sources.prefix(1).filter(\.hasPicture).map { source in
                PlacedTile(
                    sourceID: source.id,
                    rect: SceneRect(x: 0, y: 0, width: size.width, height: size.height),
                    fit: .contain,
                    content: .picture
                )
            }
            return ScenePlan(size: size, background: .black, tiles: Array(tiles))
        }
    }
}

extension SceneSource {
    /// The one picture of a recording that is not drawn by a layout.
    static func single(isShown: Bool) -> SceneSource {
        SceneSource(
            id: TrackSubscriber.pictureSource,
            participantID: "",
            identity: "",
            name: "",
            kind: .camera,
            hasPicture: isShown,
            joinedOrder: 0
        )
    }
}
