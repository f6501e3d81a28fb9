internal import MediaWire

/// What belongs to one pair of credentials: an ICE restart begins a new one.
struct ICEGeneration {
    let number: Int
    var local: ICECredentials
    /// Nil until the peer's description is known; its checks can be answered before.
    var remote: ICECredentials?
    /// Whether the peer has restarted and we have not: our own restart then belongs to the same generation.
    var isRestartedByPeerOnly = false
    var remoteCandidates: [ICECandidate] = []
    var pairs: [ICEPair] = []
    /// Pairs to check before all others, because the peer just did.
    var triggered: [ICEPath] = []
    /// When checking began.
    var startedAt: Instant?
    /// When the first pair became valid.
    var firstValidAt: Instant?
    /// The pair we, controlling, have chosen and not had the answer for.
    var nominating: ICEPath?
    /// The pair in use.
    var selected: ICEPath?

    func index(of path: ICEPath) -> Int? {
        pairs.firstIndex { $0.path == path }
    }
}

/// A pair that was selected before a restart, and carries media until the restart has found another.
struct ICEFormerPair {
    let generation: Int
    let local: ICECredentials
    let remote: ICECredentials
    let path: ICEPath
}
