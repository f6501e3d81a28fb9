public import MediaWire

/// A stretch of sound: 32-bit floats between −1 and 1, one plane a channel.
public struct AudioFrame: Sendable, Hashable {
    /// Samples a second of each channel.
    public let sampleRate: Int
    /// The number of channels.
    public let channels: Int
    /// Samples of each channel.
    public let count: Int
    /// When the first sample is to be heard.
    public var pts: MediaTime?
    /// All samples of channel 0, then all of channel 1, and so on.
    public let samples: [Float]

    /// `samples` holds the channels one after the other, so its count must be a multiple of `channels`.
    public init(samples: [Float], channels: Int, sampleRate: Int, pts: MediaTime? = nil) {
        precondition(channels > 0 && samples.count % channels == 0, "every channel has the same number of samples")
        precondition(sampleRate > 0, "sound has a rate")
        self.samples = samples
        self.channels = channels
        self.sampleRate = sampleRate
        self.count = samples.count / channels
        self.pts = pts
    }

    /// Silence.
    public init(silence count: Int, channels: Int, sampleRate: Int, pts: MediaTime? = nil) {
        self.init(
            samples: [Float](repeating: 0, count: count * channels),
            channels: channels,
            sampleRate: sampleRate,
            pts: pts
        )
    }

    /// Gives `body` the samples of one channel, which must exist.
    public func withSamples<R, E: Error>(
        _ channel: Int,
        _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
    ) throws(E) -> R {
        precondition(channel >= 0 && channel < channels, "no such channel")
        return try samples.withUnsafeBufferPointer { all throws(E) in
            try body(UnsafeBufferPointer(rebasing: all[channel * count..<(channel + 1) * count]))
        }
    }
}
