public import Media
internal import MediaWire

/// A source whose picture flashes exactly while its sound beeps, to measure one against the other after any processing.
///
/// Both begin at every whole multiple of `period` and last `length`.
public struct BeepAndFlash: Sendable {
    /// Seconds from one flash to the next.
    public var period: Double
    /// Seconds a flash and a beep last.
    public var length: Double
    /// The beep's frequency in Hz.
    public var frequency: Double
    /// The beep's amplitude, 0…1.
    public var amplitude: Double

    /// A source with the given rhythm and beep.
    public init(period: Double = 1, length: Double = 0.1, frequency: Double = 1_000, amplitude: Double = 0.5) {
        self.period = period
        self.length = length
        self.frequency = frequency
        self.amplitude = amplitude
    }

    /// Whether the picture shown at `seconds` is white.
    public func isFlashing(at seconds: Double) -> Bool {
        // A thousandth of a millisecond of mercy for times that are sums of frame durations.
        let phase = (seconds + 1e-6).truncatingRemainder(dividingBy: period)
        return phase >= 0 && phase < length
    }

    /// The sound from sample `start` on, the same in all channels.
    public func sound(from start: Int64, count: Int, sampleRate: Int = 48_000, channels: Int = 2) -> AudioFrame {
        var lane = ToneProbe.sine(frequency, amplitude: amplitude, sampleRate: sampleRate, start: start, count: count)
        for index in lane.indices where !isFlashing(at: Double(start + Int64(index)) / Double(sampleRate)) {
            lane[index] = 0
        }
        return AudioFrame(
            samples: (0..<channels).flatMap { _ in lane },
            channels: channels,
            sampleRate: sampleRate,
            pts: MediaTime(value: start, timescale: Int32(sampleRate))
        )
    }

    /// Where flashes begin in a series of pictures: the times at which the mean luma first passes the middle of its range.
    public func flashOnsets(_ pictures: [(seconds: Double, luma: Double)]) -> [Double] {
        guard let low = pictures.map(\.luma).min(), let high = pictures.map(\.luma).max(), high - low > 20 else {
            return []
        }
        let middle = (low + high) / 2
        var onsets: [Double] = []
        var wasBright = true
        for picture in pictures {
            let isBright = picture.luma > middle
            if isBright && !wasBright { onsets.append(picture.seconds) }
            wasBright = isBright
        }
        return onsets
    }

    /// Where beeps begin in one channel, in seconds from its first sample, to a millisecond.
    public func beepOnsets(_ samples: [Float], sampleRate: Int) -> [Double] {
        let hop = sampleRate / 1_000
        let window = hop * 4
        let levels = stride(from: 0, through: samples.count - window, by: hop).map { start in
            ToneProbe.amplitude(of: frequency, in: samples[start..<start + window], sampleRate: sampleRate)
        }
        guard let loudest = levels.max(), loudest > amplitude / 10 else { return [] }
        var onsets: [Double] = []
        var wasLoud = true
        for (index, level) in levels.enumerated() {
            // A beep that fills half of the window has half of its level there.
            let isLoud = level > loudest / 2
            if isLoud && !wasLoud { onsets.append(Double(index * hop + window / 2) / Double(sampleRate)) }
            wasLoud = isLoud
        }
        return onsets
    }

    /// How much later than its flash each beep begins, in seconds, for all flashes that have a beep within half a period.
    public func offsets(flashes: [Double], beeps: [Double]) -> [Double] {
        flashes.compactMap { flash in
            beeps.map { $0 - flash }.filter { abs($0) < period / 2 }.min { abs($0) < abs($1) }
        }
    }
}
