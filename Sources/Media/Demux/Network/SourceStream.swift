internal import CFFmpeg

/// A byte source as FFmpeg reads it.
final class SourceStream {
    private let source: any MediaByteSource
    /// It outlives every stream of its context.
    private unowned let bridge: InputBridge
    private let concealed: ConcealedText
    private var position: Int64 = 0

    /// What FFmpeg reads at once.
    private static let bufferSize: Int32 = 32_768

    init(_ source: any MediaByteSource, bridge: InputBridge, secrets: [String]) {
        self.source = source
        self.bridge = bridge
        concealed = ConcealedText(secrets)
    }

    /// A context that keeps this alive until it is closed.
    func makeContext() -> UnsafeMutablePointer<AVIOContext> {
        guard let buffer = av_malloc(Int(Self.bufferSize)) else { preconditionFailure("out of memory for a stream") }
        let context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self),
            Self.bufferSize,
            0,
            Unmanaged.passRetained(self).toOpaque(),
            { opaque, bytes, count in
                guard let opaque, let bytes, count > 0 else { return sluice_averror(EINVAL) }
                let stream = Unmanaged<SourceStream>.fromOpaque(opaque).takeUnretainedValue()
                return stream.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
            },
            nil,
            { opaque, offset, whence in
                guard let opaque else { return Int64(sluice_averror(EINVAL)) }
                return Unmanaged<SourceStream>.fromOpaque(opaque).takeUnretainedValue().seek(offset, whence)
            }
        )
        guard let context else { preconditionFailure("out of memory for a stream") }
        context.pointee.seekable = source.isSeekable ? AVIO_SEEKABLE_NORMAL : 0
        return context
    }

    /// Closes a context made by `makeContext`.
    static func close(_ context: UnsafeMutablePointer<AVIOContext>?) {
        guard let context else { return }
        if let opaque = context.pointee.opaque {
            Unmanaged<SourceStream>.fromOpaque(opaque).takeRetainedValue().source.close()
        }
        av_free(context.pointee.buffer)
        var closing: UnsafeMutablePointer<AVIOContext>? = context
        avio_context_free(&closing)
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        guard !bridge.mustStop else { return Status.interrupted }
        do throws(ByteSourceFailure) {
            let count = try source.read(into: buffer)
            guard count > 0 else { return Status.end }
            precondition(count <= buffer.count, "a byte source wrote past its buffer")
            bridge.noteSuccess()
            position += Int64(count)
            return Int32(count)
        } catch {
            return bridge.note(error)
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let target: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return source.length ?? Int64(sluice_averror(ENOSYS))
        case SEEK_SET: target = offset
        case SEEK_CUR: target = position.addingReportingOverflow(offset).partialValue
        case SEEK_END: target = (source.length ?? -1).addingReportingOverflow(offset).partialValue
        default: return Int64(sluice_averror(EINVAL))
        }
        guard target >= 0, source.isSeekable, target <= source.length ?? .max else {
            return Int64(sluice_averror(EINVAL))
        }
        do throws(ByteSourceFailure) {
            try source.seek(to: target)
            position = target
            return target
        } catch {
            return Int64(bridge.note(error))
        }
    }
}
