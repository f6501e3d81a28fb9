internal import Media

/// Keeps sound below a ceiling without distorting it.
///
/// It looks ahead: the gain begins to fall `lookAhead` samples before a peak and reaches what the peak needs exactly on it,
/// then recovers within about 100 ms. For each sample the wanted gain is `ceiling / peak`, at most 1; a running minimum
/// over the look-ahead spreads it to the samples before the peak, the recovery is smoothed by one pole, and a running mean over
/// the same length makes a ramp of it. Every minimum that enters the mean at a peak includes that peak, so the mean is never
/// above what the peak needs. Sound that stays below the ceiling passes unchanged, bit for bit.
struct Limiter: Sendable {
    /// −1 dB of full scale: lossy codecs overshoot, and EBU R 128 leaves as much for them.
    static let ceiling: Float = 0.891

    /// 5 ms.
    let lookAhead: Int
    private let channels: Int
    private let recovery: Double
    /// The smoothed minima of the last `lookAhead` samples, oldest first; nil while all are 1.
    private var history: [Double]?

    init(layout: AudioLayout, blockSamples: Int) {
        channels = layout.channels
        lookAhead = layout.sampleRate / 200
        // One pole with a time constant of 0.1 s: 1 − e^(−1/n) is 1/n closely enough.
        recovery = 1 / (0.1 * Double(layout.sampleRate))
    }

    /// Limits the first `count` samples of each channel of `window`, which holds `count + lookAhead` of each.
    ///
    /// Windows overlap by the look-ahead: each call goes on where the last one's `count` ended.
    mutating func process(_ window: [Float], count: Int) -> [Float] {
        let length = count + lookAhead
        precondition(window.count == length * channels, "the window holds the look-ahead")
        let isQuiet = window.allSatisfy { abs($0) <= Limiter.ceiling }
        let gains = isQuiet && history == nil ? nil : self.gains(for: window, count: count)
        return [Float](unsafeUninitializedCapacity: count * channels) { target, initialized in
            for channel in 0..<channels {
                for index in 0..<count {
                    let sample = window[channel * length + index]
                    target[channel * count + index] = gains.map { sample * $0[index] } ?? sample
                }
            }
            initialized = count * channels
        }
    }

    private mutating func gains(for window: [Float], count: Int) -> [Float] {
        let length = count + lookAhead
        let wanted = (0..<length).map { index -> Double in
            let peak = (0..<channels).reduce(Float(0)) { max($0, abs(window[$1 * length + index])) }
            return peak > Limiter.ceiling ? Double(Limiter.ceiling) / Double(peak) : 1
        }
        var smoothed = history ?? [Double](repeating: 1, count: lookAhead)
        var last = smoothed.last ?? 1
        for minimum in SlidingMinimum.values(of: wanted, width: lookAhead + 1) {
            // Close to 1 the pole would never arrive; a ten-thousandth of a dB is not heard.
            let recovered = last > 0.99999 ? 1 : last + (1 - last) * recovery
            last = min(minimum, recovered)
            smoothed.append(last)
        }
        // `smoothed` now holds the past `lookAhead` values and `count` new ones: each mean ends at its own sample.
        var sum = smoothed[..<lookAhead].reduce(0, +)
        let gains = (0..<count).map { index -> Float in
            sum += smoothed[lookAhead + index]
            defer { sum -= smoothed[index] }
            // Rounded down: the product must not creep over the ceiling.
            let mean = Float(sum / Double(lookAhead + 1))
            return mean >= 1 ? 1 : mean.nextDown
        }
        let rest = Array(smoothed.suffix(lookAhead))
        history = rest.allSatisfy { $0 == 1 } ? nil : rest
        return gains
    }
}

/// The minimum of each run of values.
enum SlidingMinimum {
    /// For each run of `width` neighbours in `values`, in order, the smallest of them; `values.count - width + 1` results.
    static func values(of values: [Double], width: Int) -> [Double] {
        guard width > 0, values.count >= width else { return [] }
        // Indices of values that can still become a minimum, their values rising; each is pushed and removed once.
        var candidates: [Int] = []
        var first = 0
        var result: [Double] = []
        result.reserveCapacity(values.count - width + 1)
        for (index, value) in values.enumerated() {
            while candidates.count > first, let last = candidates.last, values[last] >= value {
                candidates.removeLast()
            }
            candidates.append(index)
            if candidates[first] <= index - width { first += 1 }
            if index >= width - 1 { result.append(values[candidates[first]]) }
        }
        return result
    }
}
