internal import CFFmpeg
internal import MediaWire

/// Brings sound of any format to planar floats of one layout.
///
/// The input's format may change between calls. The first sample out stands for the first sample in: a change of rate delays
/// the output by the filter's length but does not shift it, and the time on each frame says so.
public struct AudioResampler: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let output: AudioLayout
    private var context: OpaquePointer?
    private var input: InputFormat?

    /// What tells whether the conversion has to be set up anew.
    private struct InputFormat: Equatable {
        var format: Int32
        var sampleRate: Int32
        var channels: Int32
    }

    /// What the last frame converted was; nil before the first one that needed a conversion.
    var inputLayout: AudioLayout? {
        input.map { AudioLayout(sampleRate: Int($0.sampleRate), channels: Int($0.channels)) }
    }

    /// A conversion to `output`.
    public init(to output: AudioLayout) throws(MediaError) {
        MediaLog.bootstrap()
        self.output = try output.validated()
    }

    deinit {
        var context: OpaquePointer? = context
        swr_free(&context)
    }

    /// Converts one frame; nil while the filter is still filling.
    public mutating func convert(_ frame: AudioFrame) throws(MediaError) -> AudioFrame? {
        if frame.sampleRate == output.sampleRate, frame.channels == output.channels { return frame }
        let format = InputFormat(
            format: AV_SAMPLE_FMT_FLTP.rawValue,
            sampleRate: Int32(clamping: frame.sampleRate),
            channels: Int32(clamping: frame.channels)
        )
        try prepare(for: format)
        return try frame.samples.withUnsafeBufferPointer { samples throws(MediaError) in
            try withUnsafeTemporaryAllocation(of: UnsafePointer<UInt8>?.self, capacity: frame.channels) {
                planes throws(MediaError) in
                for channel in 0..<frame.channels {
                    let plane = samples.baseAddress.map { UnsafeRawPointer($0 + channel * frame.count) }
                    planes[channel] = plane?.assumingMemoryBound(to: UInt8.self)
                }
                return try run(planes.baseAddress, count: Int32(frame.count), pts: frame.pts)
            }
        }
    }

    /// Converts what a decoder made.
    mutating func convert(_ frame: borrowing FrameHandle, pts: MediaTime?) throws(MediaError) -> AudioFrame? {
        let fields = frame.pointer.pointee
        try prepare(
            for: InputFormat(
                format: fields.format,
                sampleRate: fields.sample_rate,
                channels: fields.ch_layout.nb_channels
            )
        )
        let planes = UnsafeRawPointer(fields.extended_data)?.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        return try run(UnsafeMutablePointer(mutating: planes), count: fields.nb_samples, pts: pts)
    }

    /// Returns what the filter still holds at the end of the sound.
    public mutating func flush() throws(MediaError) -> AudioFrame? {
        guard context != nil else { return nil }
        return try run(nil, count: 0, pts: nil)
    }

    private mutating func prepare(for format: InputFormat) throws(MediaError) {
        guard format != input else { return }
        guard format.sampleRate > 0, format.channels > 0 else {
            throw MediaError(.invalidData, "sound of \(format.channels) channels at \(format.sampleRate) Hz")
        }
        swr_free(&context)
        var source = AVChannelLayout()
        var target = AVChannelLayout()
        av_channel_layout_default(&source, format.channels)
        av_channel_layout_default(&target, Int32(output.channels))
        var status = swr_alloc_set_opts2(
            &context,
            &target,
            AV_SAMPLE_FMT_FLTP,
            Int32(output.sampleRate),
            &source,
            AVSampleFormat(rawValue: format.format),
            format.sampleRate,
            0,
            nil
        )
        if status >= 0 { status = setMatrix(from: Int(format.channels)) }
        if status >= 0 { status = swr_init(context) }
        guard status >= 0 else {
            input = nil
            throw MediaError(
                .unsupported,
                "sound of \(format.channels) channels at \(format.sampleRate) Hz cannot be converted",
                status: status
            )
        }
        input = format
    }

    /// One voice is as loud in two channels as in one; libswresample would take 3 dB off, and a stereo Opus decoder does not.
    private func setMatrix(from channels: Int) -> Int32 {
        switch (channels, output.channels) {
        case (1, 2): swr_set_matrix(context, [1, 1], 1)
        case (2, 1): swr_set_matrix(context, [0.5, 0.5], 2)
        default: 0
        }
    }

    private mutating func run(
        _ planes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        count: Int32,
        pts: MediaTime?
    ) throws(MediaError) -> AudioFrame? {
        let held = swr_get_delay(context, Int64(output.sampleRate))
        let capacity = Int(swr_get_out_samples(context, count))
        guard capacity > 0 else { return nil }
        var status: Int32 = 0
        let samples = [Float](unsafeUninitializedCapacity: capacity * output.channels) { buffer, initialized in
            withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: output.channels) { targets in
                for channel in 0..<output.channels {
                    let plane = buffer.baseAddress.map { UnsafeMutableRawPointer($0 + channel * capacity) }
                    targets[channel] = plane?.assumingMemoryBound(to: UInt8.self)
                }
                status = swr_convert(context, targets.baseAddress, Int32(capacity), planes, count)
            }
            let written = max(0, Int(status))
            // The planes close up where fewer samples came out than there was room for.
            if let base = buffer.baseAddress, written < capacity {
                for channel in 1..<max(1, output.channels) {
                    (base + channel * written).update(from: base + channel * capacity, count: written)
                }
            }
            initialized = written * output.channels
        }
        guard status >= 0 else { throw MediaError(.codec, "sound cannot be converted", status: status) }
        guard status > 0 else { return nil }
        let start = pts.map { $0.rescaled(to: Int32(output.sampleRate)).value - held }
        return AudioFrame(
            samples: samples,
            channels: output.channels,
            sampleRate: output.sampleRate,
            pts: start.map { MediaTime(value: $0, timescale: Int32(output.sampleRate)) }
        )
    }
}
