import Scene

/// A camera of the participant called `name`; joins in the order of `joined`.
func camera(_ name: String, joined: Int, speaking: Bool = false, spoke: Double? = nil, picture: Bool = true)
    -> SceneSource
{
    SceneSource(
        id: "\(name)/camera",
        participantID: name,
        identity: name,
        name: name,
        kind: .camera,
        hasPicture: picture,
        isSpeaking: speaking,
        lastSpokeAt: spoke,
        joinedOrder: joined
    )
}

/// A screen shared by `name`.
func screen(_ name: String, joined: Int = 0) -> SceneSource {
    SceneSource(
        id: "\(name)/screen",
        participantID: name,
        identity: name,
        name: name,
        kind: .screenShare,
        hasPicture: true,
        joinedOrder: joined
    )
}

/// `count` cameras p1, p2, ….
func cameras(_ count: Int) -> [SceneSource] {
    count == 0 ? [] : (1...count).map { camera("p\($0)", joined: $0) }
}

let hd = SceneSize(width: 1280, height: 720)
