package import MediaWire

/// How audio levels are turned into speakers; the configuration's `audio` section.
package struct SpeakerRule: Sendable, Hashable {
    /// Levels up to this many dB below full scale are speech.
    package var activeLevel: UInt8 = 35
    /// The share of an interval, in percent, that must be speech.
    package var minimumPercentile = 40
    /// How much audio is judged at a time.
    package var interval = Duration.milliseconds(400)
    /// Over how many intervals the level is smoothed.
    package var smoothingIntervals = 2

    /// The server's defaults.
    package init() {}

    /// The level, 0…1, from which on somebody is speaking.
    package var threshold: Double { Decibels.amplitude(-Double(activeLevel)) }
}

/// Measures how loud one audio track is, from the levels its packets carry (RFC 6464).
///
/// Over an interval the loudest speech counts, lowered by the share of the interval that was speech, and the
/// result is smoothed exponentially.
package struct SpeakerDetector: Sendable {
    private let rule: SpeakerRule
    private var smoothed = 0.0
    private var loudest: UInt8 = 127
    private var activeTime = Duration.zero
    private var observed = Duration.zero
    private var lastTimestamp: UInt32?
    private var lastArrival: Instant?

    /// A silent track.
    package init(rule: SpeakerRule) {
        self.rule = rule
    }

    /// Takes the level of one packet: 0 is the loudest, 127 silence.
    package mutating func observe(level: UInt8, timestamp: UInt32, clockRate: Int, at now: Instant) {
        let duration = packetDuration(timestamp: timestamp, clockRate: clockRate)
        lastArrival = now
        observed += duration
        if level <= rule.activeLevel {
            activeTime += duration
            loudest = min(loudest, level)
        }
        if observed >= rule.interval { finishInterval() }
    }

    /// The level, 0…1; nothing heard for two intervals is silence.
    package mutating func level(at now: Instant) -> Double {
        if let lastArrival, now - lastArrival > rule.interval * 2 {
            self = SpeakerDetector(rule: rule)
        }
        return smoothed
    }

    /// Whether the track is being spoken on.
    package mutating func isSpeaking(at now: Instant) -> Bool {
        level(at: now) >= rule.threshold
    }

    /// A packet's length from the timestamps' difference; 20 ms where that says nothing (first packet, reordering, a pause).
    private mutating func packetDuration(timestamp: UInt32, clockRate: Int) -> Duration {
        defer { lastTimestamp = timestamp }
        let usual = Duration.milliseconds(20)
        guard let lastTimestamp, clockRate > 0 else { return usual }
        let ticks = Int32(bitPattern: timestamp &- lastTimestamp)
        guard ticks > 0, Int(ticks) <= clockRate / 5 else { return usual }
        return .nanoseconds(Int64(ticks) * 1_000_000_000 / Int64(clockRate))
    }

    private mutating func finishInterval() {
        let share = activeTime.inSeconds / observed.inSeconds
        if share * 100 >= Double(rule.minimumPercentile) {
            let adjusted = Double(loudest) - Decibels.level(activeTime.inSeconds / rule.interval.inSeconds)
            let alpha = 2 / (Double(rule.smoothingIntervals) + 1)
            smoothed += (min(1, Decibels.amplitude(-adjusted)) - smoothed) * alpha
        } else {
            smoothed = 0
        }
        loudest = 127
        activeTime = .zero
        observed = .zero
    }
}
