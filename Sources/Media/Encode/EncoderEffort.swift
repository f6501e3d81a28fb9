public import MediaWire

/// How much work x264 puts into pictures: less when a machine is too slow, so that pictures get simpler rather than fewer.
///
/// Times are the caller's. A step back up is tried after a while without trouble, and later each time it did not hold.
public struct EncoderEffort: Sendable {
    /// The preset to encode with.
    public var preset: String { presets[level] }
    /// Whether the last change was to less.
    public private(set) var isLess = false
    private let presets: [String]
    private var level = 0
    /// Pictures left out of late, by their times.
    private var leftOut: [Instant] = []
    private var changedAt: Instant?
    private var calmSince: Instant?
    private var patience = Self.shortestPatience
    private var isOnTrial = false

    /// Effort that begins with the first of the presets and goes down by them; at least one.
    public init(presets: [String] = Self.presets) {
        precondition(!presets.isEmpty, "there is something to encode with")
        self.presets = presets
    }

    /// A picture comes to be encoded, before which so many were left out; true if the preset changes with it.
    public mutating func picture(at time: Instant, leftOut count: Int) -> Bool {
        if calmSince == nil { calmSince = time }
        if count > 0 {
            calmSince = time
            leftOut += repeatElement(time, count: min(count, Self.mostLeftOut))
        }
        leftOut.removeAll { time - $0 > Self.window }
        if let changedAt, time - changedAt < Self.settling { return false }
        if leftOut.count >= Self.mostLeftOut { return lower(at: time) }
        if level > 0, let calmSince, time - calmSince >= patience { return raise(at: time) }
        if isOnTrial, let changedAt, time - changedAt >= patience {
            isOnTrial = false
            patience = Self.shortestPatience
        }
        return false
    }

    private mutating func lower(at time: Instant) -> Bool {
        leftOut = []
        guard level < presets.count - 1 else { return false }
        if isOnTrial { patience = min(patience * 2, Self.longestPatience) }
        isOnTrial = false
        change(to: level + 1, at: time)
        return true
    }

    private mutating func raise(at time: Instant) -> Bool {
        isOnTrial = true
        change(to: level - 1, at: time)
        return true
    }

    private mutating func change(to level: Int, at time: Instant) {
        isLess = level > self.level
        self.level = level
        changedAt = time
        calmSince = time
    }

    /// x264's presets from the most careful to the fastest.
    ///
    /// x264 0.164 took 1.05, 0.56 and 0.43 s for a second of 1080p30.
    public static let presets = ["veryfast", "superfast", "ultrafast"]
    /// So many pictures left out within the window are more than an accident.
    private static let mostLeftOut = 4
    private static let window = Duration.seconds(1)
    /// How long a change is given to show.
    private static let settling = Duration.seconds(1)
    private static let shortestPatience = Duration.seconds(30)
    private static let longestPatience = Duration.seconds(600)
}
