import MediaWire

/// Places the media of everyone in a room on one clock: the monotonic clock of this machine.
///
/// A sample comes with its place on its track's own clock (its RTP timestamp), the instant it arrived, and, once the
/// publisher has sent a report, the time the publisher's wall clock showed when it was captured. Publishers' wall clocks are
/// not to be trusted to agree with each other, nor with ours, but all the tracks of one participant share one, so:
///
/// * Of every participant, `arrival − captured` is observed on all its tracks, looking back also for samples from before the first
///   report. Its smallest value within the last ten to twenty seconds is what a sample takes that was delayed by nothing but the way; it moves capture times to our clock. Sound and
///   picture of one participant are thus in step exactly as they were captured.
/// * Before the first report, the same is done with `arrival − RTP time` for the single track.
/// * Where a track should stand and where it stands differ as soon as better samples or reports come in. The difference is
///   taken away slowly: at 0.5 % of time, at 5 % while it is more than 20 ms and could be noticed. A track never jumps, with
///   two exceptions. When its own clock jumps by more than five seconds it is placed anew by its arrival. And in its first two
///   seconds a track that stands too late by more than 20 ms stands still until it is where it belongs: its first samples have
///   often waited for a recorder that was still starting, and what they are late by would else take seconds to wear off.
///
/// Participants among each other are in step up to the difference of their shortest ways to here.
struct SessionTimeline {
    /// One sample as it came in.
    struct Arrival {
        /// Which track it belongs to.
        var track: String
        /// Whose track that is.
        var participant: String
        /// The sample's RTP time in nanoseconds, extended to 64 bits.
        var mediaNanoseconds: Int64
        /// When it was captured by the publisher's wall clock.
        var capturedAt: WallClock?
        /// When its last packet arrived.
        var arrival: Instant
    }

    private var tracks: [String: Track] = [:]
    private var participants: [String: WindowedMinimum] = [:]

    private struct Track {
        /// Session time minus RTP time.
        var offset: Int64
        /// When its first sample arrived.
        var beganAt: Instant
        var updatedAt: Instant
        /// RTP time of the latest sample.
        var mediaNanoseconds: Int64
        var floor = WindowedMinimum()

        /// A track that begins with `sample`, placed by its arrival.
        init(_ sample: Arrival) {
            offset = sample.arrival.nanoseconds &- sample.mediaNanoseconds
            beganAt = sample.arrival
            updatedAt = sample.arrival
            mediaNanoseconds = sample.mediaNanoseconds
        }
    }

    /// When the sample is to be seen or heard, on the machine's clock.
    mutating func place(_ sample: Arrival) -> Instant {
        let byArrival = sample.arrival.nanoseconds &- sample.mediaNanoseconds
        var track = tracks[sample.track] ?? Track(sample)
        let isNew = tracks[sample.track] == nil
        if distance(byArrival, track.offset) > Self.discontinuity { track = Track(sample) }
        track.floor.observe(byArrival, at: sample.arrival)
        let target = target(of: sample, floor: track.floor.value ?? byArrival)
        track.offset = isNew ? target : corrected(track, toward: target, by: sample)
        track.updatedAt = max(track.updatedAt, sample.arrival)
        track.mediaNanoseconds = sample.mediaNanoseconds
        tracks[sample.track] = track
        return Instant(nanoseconds: sample.mediaNanoseconds &+ track.offset)
    }

    /// Forgets a track that is over.
    mutating func remove(track: String) {
        tracks[track] = nil
    }

    /// Forgets a participant who is gone.
    mutating func remove(participant: String) {
        participants[participant] = nil
    }

    private mutating func target(of sample: Arrival, floor: Int64) -> Int64 {
        guard let captured = sample.capturedAt?.unixNanoseconds else { return floor }
        // The way of the track's promptest sample, which may have come before the first report could tell when it was captured.
        let way = floor &- (captured &- sample.mediaNanoseconds)
        var ways = participants[sample.participant] ?? WindowedMinimum()
        // A wall clock that was set is a new clock: what was learned about the old one is worth nothing.
        if let known = ways.value, distance(way, known) > Self.discontinuity { ways = WindowedMinimum() }
        ways.observe(way, at: sample.arrival)
        participants[sample.participant] = ways
        return captured &- sample.mediaNanoseconds &+ (ways.value ?? way)
    }

    /// The offset of a track after as much of the difference is taken away as its latest sample allows.
    private func corrected(_ track: Track, toward target: Int64, by sample: Arrival) -> Int64 {
        let difference = target &- track.offset
        let isNoticeable = distance(target, track.offset) > Self.noticeable
        if difference < 0, isNoticeable, sample.arrival - track.beganAt <= Self.settling {
            let advance = min(max(0, sample.mediaNanoseconds &- track.mediaNanoseconds), Self.discontinuity)
            return track.offset &+ max(difference, -advance)
        }
        let time = min(max(0, (sample.arrival - track.updatedAt).nanoseconds), Self.discontinuity)
        let step = time / 1000 * (isNoticeable ? 50 : 5)
        return track.offset &+ min(max(difference, -step), step)
    }

    /// A jump of a track's clock beyond this is no delay any more, in nanoseconds.
    private static let discontinuity: Int64 = 5_000_000_000
    /// From here on picture and sound are noticeably apart (EBU R 37: 40 ms early), in nanoseconds, halved for safety.
    private static let noticeable: Int64 = 20_000_000
    /// How long a track's first samples may tell of a recorder that is still starting: as long as starting takes where many
    /// recordings start at once.
    private static let settling = Duration.seconds(2)
}

private func distance(_ a: Int64, _ b: Int64) -> UInt64 { (a &- b).magnitude }

private func > (distance: UInt64, limit: Int64) -> Bool { distance > UInt64(limit) }
