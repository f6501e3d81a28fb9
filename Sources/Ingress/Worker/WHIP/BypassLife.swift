import LiveKitProtocol

/// The life of a session whose media goes through as it is, as it is told: BUFFERING, PUBLISHING, and one of INACTIVE and ERROR.
struct BypassLife {
    /// How it stands.
    private(set) var state = Livekit_IngressState()
    private(set) var isOver = false

    /// A session that has just been accepted; times are in nanoseconds since 1970.
    init(resource: String, startedAt: Int64) {
        state.status = .endpointBuffering
        state.resourceID = resource
        state.startedAt = startedAt
        state.updatedAt = startedAt
    }

    /// Tracks are in the room `room` (`RM_…`, empty if the server has not told).
    mutating func publishing(_ tracks: [Livekit_TrackInfo], room: String, at time: Int64) {
        guard !isOver else { return }
        state.roomID = room
        state.status = .endpointPublishing
        state.tracks = tracks
        touch(time)
    }

    /// What arrives is this.
    mutating func arrives(_ input: WHIPInputState, at time: Int64) {
        guard !isOver else { return }
        if let video = input.video { state.video = video }
        if let audio = input.audio { state.audio = audio }
        touch(time)
    }

    /// Nothing follows.
    mutating func ended(_ end: WHIPEnd, at time: Int64) {
        guard !isOver else { return }
        isOver = true
        state.status = end.isError ? .endpointError : .endpointInactive
        if end.isError { state.error = end.description }
        touch(time)
        state.endedAt = state.updatedAt
    }

    private mutating func touch(_ time: Int64) { state.updatedAt = max(time, state.updatedAt) }
}
