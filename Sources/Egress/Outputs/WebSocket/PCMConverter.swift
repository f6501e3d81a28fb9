import Media

/// Makes 16-bit little-endian stereo at 48 kHz of any sound.
struct PCMConverter: ~Copyable {
    private var resampler: AudioResampler

    init() throws(MediaError) {
        resampler = try AudioResampler(to: .mixing)
    }

    /// The bytes of the sound; none while a change of rate is filling its filter.
    mutating func convert(_ sound: AudioFrame) throws(MediaError) -> [UInt8] {
        guard let frame = try resampler.convert(sound) else { return [] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.count * 4)
        frame.withSamples(0) { left in
            frame.withSamples(1) { right in
                for index in 0..<frame.count {
                    for sample in [left[index], right[index]] { Self.append(sample, to: &bytes) }
                }
            }
        }
        return bytes
    }

    private static func append(_ sample: Float, to bytes: inout [UInt8]) {
        // Comparing this way makes silence of what is no number.
        let limited = sample > -1 ? min(sample, 1) : sample <= -1 ? -1 : 0
        let value = UInt16(bitPattern: Int16((limited * 32767).rounded()))
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
}
