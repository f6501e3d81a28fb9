public import Media

/// Where a voice is heard.
public enum PanPosition: Sendable, Hashable {
    /// As it was recorded.
    case middle
    /// On the first channel alone.
    case left
    /// On the second channel alone.
    case right
}

extension AudioFrame {
    /// The sound with everything of it on one of two channels, the mean of what was on both; anything but stereo stays as it is.
    ///
    /// The mean and not the sum: a voice in the middle is on both channels in full, and is to be as loud on one.
    public func panned(to position: PanPosition) -> AudioFrame {
        guard position != .middle, channels == 2 else { return self }
        let target = position == .left ? 0 : count
        let panned = [Float](unsafeUninitializedCapacity: samples.count) { panned, initialized in
            panned.initialize(repeating: 0)
            for index in 0..<count { panned[target + index] = (samples[index] + samples[count + index]) / 2 }
            initialized = samples.count
        }
        return AudioFrame(samples: panned, channels: channels, sampleRate: sampleRate, pts: pts)
    }
}
