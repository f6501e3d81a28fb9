import Foundation
import Media
import MediaWire

/// A tone that comes and goes, so that the active speaker changes.
struct ToneSource {
    static let sampleRate = 48_000
    /// Samples of a block: 20 ms.
    static let block = 960

    let hertz: Double
    /// Seconds of a turn, and which turn of the round is this source's.
    let turn: (seconds: Double, own: Int, of: Int)

    /// The block that begins at a sample: louder during the own turn.
    ///
    /// `level` is in −dBov as RFC 6464 has it.
    func block(at position: Int) -> (frame: AudioFrame, level: AudioLevel) {
        let seconds = Double(position) / Double(Self.sampleRate)
        let isOwnTurn = Int(seconds / turn.seconds) % turn.of == turn.own
        let amplitude: Float = isOwnTurn ? 0.2 : 0.002
        let step = 2 * Double.pi * hertz / Double(Self.sampleRate)
        let samples = (0..<Self.block).map { amplitude * Float(sin(Double(position + $0) * step)) }
        let level = UInt8(max(0, min(127, -20 * log10(Double(amplitude) / 2.0.squareRoot()))))
        return (
            AudioFrame(samples: samples, channels: 1, sampleRate: Self.sampleRate),
            AudioLevel(level: level, voice: isOwnTurn)
        )
    }
}
