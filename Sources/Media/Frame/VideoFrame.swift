internal import CFFmpeg
public import MediaWire

/// A decoded picture, I420 with 8 bits, shared by reference and never written.
///
/// The one exception is a frame made by `VideoFrameBuffer.view()`, whose owner may write the pixels once it has made sure
/// that nobody reads the view any more.
public final class VideoFrame: @unchecked Sendable {
    // Sendable: the frame is not written after `init`, and FFmpeg counts its buffers' references atomically.
    let handle: FrameHandle
    /// When it is to be shown, in its codec's clock.
    public let pts: MediaTime?

    /// `handle` must hold an I420 picture in reference-counted buffers.
    init(_ handle: consuming FrameHandle, pts: MediaTime?) {
        self.handle = handle
        self.pts = pts
    }

    /// Luma samples a row.
    public var width: Int { Int(handle.pointer.pointee.width) }
    /// Luma rows.
    public var height: Int { Int(handle.pointer.pointee.height) }
    /// What the numbers mean.
    public var color: VideoColor { VideoColor(frame: handle.pointer.pointee) }
    /// How much wider than high a luma sample is shown, as a fraction; 1/1 if the stream does not say or says nonsense.
    public var sampleAspect: (numerator: Int, denominator: Int) {
        let ratio = handle.pointer.pointee.sample_aspect_ratio
        guard ratio.num > 0, ratio.den > 0 else { return (1, 1) }
        return (Int(ratio.num), Int(ratio.den))
    }
    /// Whether odd and even rows were taken one after the other.
    public var isInterlaced: Bool { handle.pointer.pointee.interlaced_frame != 0 }
    /// Whether the even rows, counted from 0, were taken first; of interlaced pictures only.
    public var isTopFieldFirst: Bool { handle.pointer.pointee.top_field_first != 0 }

    /// Gives `body` the planes; they must not outlive the call.
    public func withPlanes<R, E: Error>(_ body: (VideoPlanes) throws(E) -> R) throws(E) -> R {
        let planes = MutableVideoPlanes(i420: handle.pointer)
        let result = try body(VideoPlanes(planes))
        withExtendedLifetime(self) {}
        return result
    }
}

extension MutableVideoPlanes {
    /// The planes of an I420 frame.
    init(i420 frame: UnsafeMutablePointer<AVFrame>) {
        let fields = frame.pointee
        let (width, height) = (Int(fields.width), Int(fields.height))
        func plane(_ base: UnsafeMutablePointer<UInt8>?, _ stride: Int32, _ width: Int, _ height: Int)
            -> MutableVideoPlane
        {
            guard let base else { preconditionFailure("an I420 frame has three planes") }
            return MutableVideoPlane(base: base, stride: Int(stride), width: width, height: height)
        }
        let (chromaWidth, chromaHeight) = ((width + 1) / 2, (height + 1) / 2)
        self.init(
            y: plane(fields.data.0, fields.linesize.0, width, height),
            u: plane(fields.data.1, fields.linesize.1, chromaWidth, chromaHeight),
            v: plane(fields.data.2, fields.linesize.2, chromaWidth, chromaHeight)
        )
    }
}

extension VideoPlanes {
    /// The same planes, for reading.
    public init(_ planes: MutableVideoPlanes) {
        self.init(y: VideoPlane(planes.y), u: VideoPlane(planes.u), v: VideoPlane(planes.v))
    }
}

extension VideoPlane {
    fileprivate init(_ plane: MutableVideoPlane) {
        self.init(base: UnsafePointer(plane.base), stride: plane.stride, width: plane.width, height: plane.height)
    }
}
