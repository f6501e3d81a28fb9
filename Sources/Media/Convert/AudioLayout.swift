/// The rate and the channels of sound.
public struct AudioLayout: Sendable, Hashable {
    /// Samples a second.
    public var sampleRate: Int
    /// The number of channels, in FFmpeg's default order for that number.
    public var channels: Int

    /// 48 kHz stereo, in which everything is mixed.
    public static let mixing = AudioLayout(sampleRate: 48_000, channels: 2)

    /// A layout by its numbers.
    public init(sampleRate: Int, channels: Int) {
        self.sampleRate = sampleRate
        self.channels = channels
    }

    /// Refuses what no codec here could take.
    func validated() throws(MediaError) -> AudioLayout {
        guard (8_000...192_000).contains(sampleRate) else {
            throw MediaError(.invalidConfiguration, "a sample rate of \(sampleRate) Hz is outside 8000…192000")
        }
        guard (1...8).contains(channels) else {
            throw MediaError(.invalidConfiguration, "\(channels) audio channels are outside 1…8")
        }
        return self
    }
}
