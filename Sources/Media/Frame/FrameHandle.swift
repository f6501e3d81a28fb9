internal import CFFmpeg

/// Owns one `AVFrame`.
struct FrameHandle: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFrame>

    init() {
        // Only fails without memory, which nothing here can go on without.
        guard let frame = av_frame_alloc() else { preconditionFailure("out of memory for a frame") }
        pointer = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    /// A second frame that shares this one's buffers.
    func reference() -> FrameHandle {
        let copy = FrameHandle()
        let status = av_frame_ref(copy.pointer, pointer)
        precondition(status >= 0, "out of memory for a frame")
        return copy
    }

    /// Takes the content away and leaves this handle empty for the next frame.
    func taken() -> FrameHandle {
        let copy = FrameHandle()
        av_frame_move_ref(copy.pointer, pointer)
        return copy
    }
}
