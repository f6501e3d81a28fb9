import MediaWire

/// When a layer's next picture has to be a key frame.
///
/// Everyone who joins asks for one, and each costs several times a usual picture: those who ask within half a second of the last
/// one wait for the next. Without being asked one comes every ten seconds, for receivers whose requests do not come through.
struct KeyFrameSchedule: Sendable {
    /// The least time between a key frame and one that was asked for.
    static let shortestDistance = Duration.milliseconds(500)
    /// The longest time between two key frames.
    static let longestDistance = Duration.seconds(10)

    private var last: Instant?
    private var isRequested = false

    /// Somebody needs one.
    mutating func request() { isRequested = true }

    /// The layer starts anew: the next picture is a key frame.
    mutating func reset() { last = nil }

    /// Whether the picture shown at `time` has to be one.
    func isDue(at time: Instant) -> Bool {
        guard let last else { return true }
        let distance = time - last
        return distance >= Self.longestDistance || (isRequested && distance >= Self.shortestDistance)
    }

    /// The picture shown at `time` became one.
    mutating func made(at time: Instant) {
        last = time
        isRequested = false
    }
}
