internal import Media

/// Makes frames of one source a little longer or shorter, fitting each to the one before it.
struct Stretcher {
    /// Samples of the past kept a channel: the longest tail.
    private static let memory = 240

    /// The last samples placed, one lane a channel, oldest first.
    private var past: [[Float]]

    init(channels: Int) {
        past = Array(repeating: [Float](repeating: 0, count: Stretcher.memory), count: channels)
    }

    /// Takes note of a frame as it was placed.
    mutating func remember(_ frame: AudioFrame) {
        for channel in past.indices {
            frame.withSamples(channel) { samples in
                past[channel].removeFirst(min(samples.count, Stretcher.memory))
                past[channel].append(contentsOf: samples.suffix(Stretcher.memory))
            }
        }
    }

    /// `frame` with `count` samples: the first follows the last one remembered at the new spacing, the last stays the last.
    ///
    /// Interpolated by cubics through four neighbours (Catmull–Rom); at a spacing within 1 in 200 their error is far below
    /// the codecs'.
    func stretch(_ frame: AudioFrame, to count: Int) -> AudioFrame {
        let spacing = Double(frame.count) / Double(count)
        var result: [Float] = []
        result.reserveCapacity(count * frame.channels)
        for channel in 0..<frame.channels {
            let before = past[channel].suffix(2)
            frame.withSamples(channel) { samples in
                /// Sample `index` with the past before 0 and the last one repeated behind the end.
                func sample(_ index: Int) -> Double {
                    if index >= 0 { return Double(samples[min(index, samples.count - 1)]) }
                    return Double(before[max(before.startIndex, before.endIndex + index)])
                }
                for index in 0..<count {
                    let place = Double(index + 1) * spacing - 1
                    let base = Int(place.rounded(.down))
                    let part = place - Double(base)
                    let (a, b, c, d) = (sample(base - 1), sample(base), sample(base + 1), sample(base + 2))
                    let cubic = (3 * (b - c) + d - a) * part + (2 * a - 5 * b + 4 * c - d)
                    result.append(Float(b + 0.5 * part * (c - a + part * cubic)))
                }
            }
        }
        return AudioFrame(samples: result, channels: frame.channels, sampleRate: frame.sampleRate, pts: frame.pts)
    }

    /// The past played backwards while it fades: it goes on where the sound stopped, and ends in silence.
    ///
    /// Nil if the past was silent.
    func dyingTail(count: Int, sampleRate: Int) -> AudioFrame? {
        guard count > 0, past.contains(where: { $0.contains { $0 != 0 } }) else { return nil }
        let length = min(count, Stretcher.memory)
        var samples: [Float] = []
        samples.reserveCapacity(length * past.count)
        for lane in past {
            for index in 0..<length {
                let gain = 1 - Float(index + 1) / Float(length)
                samples.append(lane[lane.count - 1 - index] * gain)
            }
        }
        return AudioFrame(samples: samples, channels: past.count, sampleRate: sampleRate)
    }

    /// `frame` with the dying tail of the past, `length` samples of it, under its beginning.
    func joined(_ frame: AudioFrame, over length: Int) -> AudioFrame {
        guard let tail = dyingTail(count: min(length, frame.count), sampleRate: frame.sampleRate) else { return frame }
        var samples = frame.samples
        for channel in 0..<frame.channels {
            tail.withSamples(channel) { old in
                for index in old.indices { samples[channel * frame.count + index] += old[index] }
            }
        }
        return AudioFrame(samples: samples, channels: frame.channels, sampleRate: frame.sampleRate, pts: frame.pts)
    }
}

extension AudioFrame {
    /// The frame without its first `offset` samples.
    func suffix(from offset: Int) -> AudioFrame {
        let rest = (0..<channels).flatMap { channel in withSamples(channel) { Array($0[offset...]) } }
        return AudioFrame(samples: rest, channels: channels, sampleRate: sampleRate)
    }

    /// The frame rising from silence over its first `length` samples.
    func fadedIn(over length: Int) -> AudioFrame {
        var faded = samples
        for channel in 0..<channels {
            for index in 0..<min(length, count) {
                faded[channel * count + index] *= Float(index + 1) / Float(length + 1)
            }
        }
        return AudioFrame(samples: faded, channels: channels, sampleRate: sampleRate, pts: pts)
    }

    /// Whether nothing above −60 dB is in it.
    var isSilent: Bool { samples.allSatisfy { abs($0) < 0.001 } }
}
