import MediaWire

/// The ticks of a recording: frame `n` shows the session at `origin + n/rate` and is made a fixed time later.
///
/// The delay gives late packets time to come in (the room client waits up to 450 ms for one) and decoders time to work. It
/// is not in the file: the first frame shows the first picture.
struct FrameClock {
    /// How far the recording runs behind the room.
    static let latency = Duration.milliseconds(600)
    /// Being later than this, frames are left out of the file, so that the picture before stands longer: the recording keeps its
    /// pace and its length even if the encoder does not, and little is lost with a process that is killed.
    static let lagLimit = Duration.milliseconds(300)
    /// A frame that takes this much longer than it should is a standstill, if those before came in time.
    static let standstill = Duration.milliseconds(150)
    /// Being no later than this, a recording keeps up.
    static let smallLag = Duration.milliseconds(100)
    /// How long an encoder may take to make up for a standstill before frames are left out.
    ///
    /// One that is twice as fast as it has to be makes up for 700 ms within it, and no frame is missing.
    static let patience = Duration.seconds(1)
    /// What a standstill may last to be made up for.
    ///
    /// With `latency` it is less than what waits in a `PictureStore`.
    static let standstillLimit = Duration.milliseconds(1_200)

    /// The session's time of frame 0.
    let origin: Instant
    /// Frames a second.
    let rate: Int
    /// Frames between two that are made however late it is, for each output that is cut there.
    private let cuts: [Int64]
    /// The frame to be made next.
    private(set) var frame: Int64 = 0
    /// How many frames were left out because they would have come too late.
    private(set) var skipped: Int64 = 0
    /// Until when it may make up for a standstill.
    private var patientUntil = Instant(nanoseconds: .min)
    /// How late the frame before was.
    private var lastLag = Duration.zero

    /// The time in the session that the next frame shows.
    var time: Instant { time(of: frame) }

    /// When the next frame is to be made.
    var due: Instant { time + Self.latency }

    /// How much later than it should be the next frame is made; negative while there is time.
    func lag(at now: Instant) -> Duration { now - due }

    /// The next frame was made, at `now`: goes on to the one after it, or further if time has run away.
    mutating func advance(at now: Instant) {
        frame += 1
        let lag = lag(at: now)
        if lastLag <= Self.smallLag, lag - max(lastLag, .zero) >= Self.standstill { bePatient(at: now) }
        let late = lag - (now < patientUntil ? Self.standstillLimit : Self.lagLimit)
        if late > .zero {
            // No more than needed: single frames left out here and there are less to be seen than a standstill.
            let excess = late.nanoseconds / (1_000_000_000 / Int64(rate)) + 1
            let next = min(frame + excess, nextCut ?? .max)
            skipped += next - frame
            frame = next
        }
        lastLag = self.lag(at: now)
    }

    /// The next frame, or the first after it, where something is cut.
    private var nextCut: Int64? { cuts.map { (frame + $0 - 1) / $0 * $0 }.min() }

    /// Something has begun at `now` that holds up frames once: time is given to make up for it.
    mutating func bePatient(at now: Instant) { patientUntil = now + Self.patience }

    /// The time in the session that a frame shows.
    func time(of frame: Int64) -> Instant {
        let whole = frame / Int64(rate)
        let part = frame % Int64(rate) * 1_000_000_000 / Int64(rate)
        return origin + .nanoseconds(whole * 1_000_000_000 + part)
    }

    /// - Parameter cuts: distances in frames of key frames that have their places: at multiples of them no frame is left out.
    init(origin: Instant, rate: Int, cuts: [Int64] = []) {
        precondition(rate > 0 && cuts.allSatisfy { $0 > 0 })
        self.cuts = cuts
        self.origin = origin
        self.rate = rate
    }
}
