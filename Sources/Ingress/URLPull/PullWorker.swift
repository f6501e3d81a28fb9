import Media
import MediaWire

/// What a pull's thread does.
struct PullWorker {
    private let pull: URLPull
    private var retry: PullRetry
    private var timeline = PullTimeline()
    private var pacing = LivePacing(lead: .zero)
    private var tracks: [MediaKind: InputTrack] = [:]
    private var sets: [MediaKind: ParameterSets] = [:]
    /// Pictures that cannot be decoded yet are left out.
    private var awaitsKeyFrame = false
    /// Whether pacing was chosen: it goes on over new connections.
    private var hasBegun = false
    /// When the last sample handed on is over.
    private var end: Instant?
    private var generator = SystemRandomNumberGenerator()

    init(_ pull: URLPull) {
        self.pull = pull
        retry = PullRetry(absence: pull.limits.absence, at: .now)
    }

    /// Pulls until the end.
    mutating func run() -> URLPull.Outcome {
        var attempt = 0
        while !pull.mustStop {
            var isLive = hasBegun || Self.isLive(pull.url.scheme)
            do throws(PullFailure) {
                let context = PullConnection.Context(
                    connector: pull.connector,
                    control: pull.control,
                    limits: pull.limits
                )
                let connection = try PullConnection(pull.url, attempt: attempt, context)
                isLive = connection.isLive
                try read(connection)
                guard !pull.mustStop else { return .stopped }
                guard !connection.isComplete else { return drained() }
                throw PullFailure(.unavailable, "\(pull.url.place) ended the stream")
            } catch {
                guard !pull.mustStop else { return .stopped }
                // What a live source lacks after it had it once may come back.
                let isPassing = error.isTransient || (hasBegun && [.notFound, .noMedia].contains(error.code))
                guard isLive, isPassing else { return .failed(error) }
                let now = Instant.now
                guard let delay = retry.failed(at: now, using: &generator) else { return .failed(lost(error)) }
                PullThread.sleep(for: delay) { pull.mustStop }
                attempt += 1
            }
        }
        return .stopped
    }

    private static func isLive(_ scheme: PullURL.Scheme) -> Bool {
        switch scheme {
        case .http, .https: false
        case .srt, .rtmp, .rtmps, .rtsp, .rtsps: true
        }
    }

    private func lost(_ failure: PullFailure) -> PullFailure {
        let what = hasBegun ? "the source did not come back" : "source encoder not ready"
        return PullFailure(failure.code, "\(what) within \(pull.limits.absence.limitText): \(failure)")
    }

    // MARK: - Reading

    private mutating func read(_ connection: PullConnection) throws(PullFailure) {
        try begin(connection.streams, lead: connection.lead)
        while let packet = try connection.next(limit: pull.limits.silence), !pull.mustStop {
            guard let stream = connection.streams.first(where: { $0.index == packet.stream }) else { continue }
            if let header = packet.header { change(stream.kind, to: header) }
            hand(packet.content, of: stream.kind)
        }
    }

    /// Announces the streams; those that are as they were go on.
    private mutating func begin(_ streams: [Demuxer.Stream], lead: Duration) throws(PullFailure) {
        // All before any is announced: one that is refused refuses the source.
        let found = try streams.map { stream throws(PullFailure) in (try InputTrack(stream), stream) }
        for (track, stream) in found {
            sets[stream.kind] = ParameterSets(stream.parameters.extradata, of: track.format)
            guard tracks[stream.kind] != track else { continue }
            tracks[stream.kind] = track
            pull.sink.receive(.track(track))
        }
        awaitsKeyFrame = true
        if !hasBegun { pacing = LivePacing(lead: lead) }
        if let end { timeline.interrupt(gap: max(.zero, Instant.now - end)) }
    }

    private mutating func change(_ kind: MediaKind, to header: [UInt8]) {
        guard var track = tracks[kind] else { return }
        sets[kind] = ParameterSets(header, of: track.format)
        track.header = InputTrack.header(header, of: track.format)
        guard tracks[kind] != track else { return }
        tracks[kind] = track
        pull.sink.receive(.track(track))
    }

    private mutating func hand(_ packet: EncodedPacket, of kind: MediaKind) {
        if kind == .video, awaitsKeyFrame {
            guard packet.isKeyFrame else { return }
            awaitsKeyFrame = false
        }
        let time = packet.dts.nanoseconds(of: packet.timescale)
        guard let shift = timeline.place(kind, time) else { return }
        let now = Instant.now
        retry.connected(at: now)
        hasBegun = true
        let due = pacing.due(time &+ shift, at: now)
        PullThread.sleep(for: due - now) { pull.mustStop }
        guard !pull.mustStop else { return }
        var packet = packet
        let ticks = shift.ticks(of: packet.timescale)
        packet.dts &+= ticks
        packet.pts &+= ticks
        if let sets = sets[kind] { packet.data = sets.completing(packet.data, isKeyFrame: packet.isKeyFrame) }
        let length = Duration.nanoseconds(packet.duration.nanoseconds(of: packet.timescale))
        end = pacing.end(of: time &+ shift, lasting: min(length, .seconds(10)))
        pull.sink.receive(.sample(kind, packet))
    }

    /// Lets the last sample be shown or heard to its end.
    private func drained() -> URLPull.Outcome {
        if let end { PullThread.sleep(for: min(end - Instant.now, .seconds(10))) { pull.mustStop } }
        return pull.mustStop ? .stopped : .complete
    }
}

extension Int64 {
    /// Ticks of a clock as nanoseconds; what is beyond 64 bits is taken for the end of time.
    fileprivate func nanoseconds(of timescale: Int32) -> Int64 {
        Self.scaled(self, by: 1_000_000_000, over: Int64(timescale))
    }

    /// Nanoseconds as ticks of a clock.
    fileprivate func ticks(of timescale: Int32) -> Int64 {
        Self.scaled(self, by: Int64(timescale), over: 1_000_000_000)
    }

    private static func scaled(_ value: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
        // A container that is read has whole ticks: a timescale of 0 comes from none.
        guard divisor > 0 else { return 0 }
        let (whole, rest) = value.quotientAndRemainder(dividingBy: divisor)
        let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
        guard !overflow else { return value < 0 ? .min / 2 : .max / 2 }
        // Either factor of the rest is below 2³¹.
        return product &+ rest * factor / divisor
    }
}

extension Instant {
    /// What the system's monotonic clock shows; for this driver alone.
    fileprivate static var now: Instant {
        Instant(nanoseconds: (ContinuousClock.now - PullClock.origin).nanoseconds)
    }
}

private enum PullClock {
    static let origin = ContinuousClock.now
}
