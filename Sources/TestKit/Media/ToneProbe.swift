import Foundation

/// Measures how much of a frequency is in sound.
public enum ToneProbe {
    /// The amplitude of the sine of `frequency` in `samples` (Goertzel's algorithm): 1 for a sine of full scale.
    ///
    /// Its neighbours blur in by the length of the samples: frequencies `sampleRate / samples.count` apart are told from
    /// each other. A Hann window keeps loud tones farther away out.
    public static func amplitude(of frequency: Double, in samples: some Collection<Float>, sampleRate: Int) -> Double {
        guard samples.count > 1 else { return 0 }
        let step = 2 * Double.pi * frequency / Double(sampleRate)
        let coefficient = 2 * cos(step)
        let turn = 2 * Double.pi / Double(samples.count)
        let windowCoefficient = 2 * cos(turn)
        // cos(turn · n) by its recurrence, so that long recordings need no cosine a sample.
        var (windowBefore, window) = (cos(-turn), 1.0)
        var (last, beforeLast) = (0.0, 0.0)
        for sample in samples {
            let weighted = Double(sample) * (0.5 - 0.5 * window)
            (last, beforeLast) = (weighted + coefficient * last - beforeLast, last)
            (window, windowBefore) = (windowCoefficient * window - windowBefore, window)
        }
        let power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
        // A sine of amplitude a gives a · n/2, halved once more by the window.
        return max(0, power).squareRoot() * 4 / Double(samples.count)
    }

    /// A sine of `frequency`; `start` is the number of the first sample, so that pieces fit together.
    public static func sine(
        _ frequency: Double,
        amplitude: Double,
        sampleRate: Int,
        start: Int64,
        count: Int
    ) -> [Float] {
        let step = 2 * Double.pi * frequency / Double(sampleRate)
        return (0..<count).map { Float(amplitude * sin(step * Double(start + Int64($0)))) }
    }
}
