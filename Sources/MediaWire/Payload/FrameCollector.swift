/// Gathers the payloads of one frame of one codec.
///
/// ``FrameAssembler`` sees to it that payloads come in order and without gaps, and begins each frame with ``reset()``.
protocol FrameCollector: Sendable {
    /// The bytes gathered so far.
    var byteCount: Int { get }
    /// Whether there is a picture among what was gathered, not only parameters for the next.
    var hasPicture: Bool { get }
    /// Whether a decoder can begin with the frame gathered.
    var isKeyFrame: Bool { get }
    /// Whether what a decoder must know beforehand is in the frame.
    var hasParameters: Bool { get }
    /// Takes in the next payload of the frame.
    mutating func append(_ payload: [UInt8]) throws(WireError)
    /// The frame, if it is whole; the collector is as after ``reset()`` then.
    mutating func finish() -> [UInt8]?
    /// Forgets what was gathered.
    mutating func reset()
}

extension FrameCollector {
    /// Most codecs' key frames say everything.
    var hasParameters: Bool { true }
}
