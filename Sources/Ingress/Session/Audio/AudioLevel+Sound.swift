import Glibc
import Media
import MediaWire

extension AudioLevel {
    /// The level from which on sound is called a voice: −50 dBov, above the noise of rooms and microphones.
    private static let voiceLevel: UInt8 = 50

    /// How loud a stretch of sound is: the root of the mean square of all channels, 0 dBov for full scale (RFC 6464 §3).
    init(of sound: AudioFrame) {
        let power = sound.samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, sound.samples.count))
        let decibels = power > 0 ? 10 * log10(power) : -127
        let level = UInt8(max(0, min(127, (-decibels).rounded())))
        self.init(level: level, voice: level < Self.voiceLevel)
    }
}
