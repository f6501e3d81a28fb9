/// The container a muxer writes.
public enum MuxerFormat: Sendable, Hashable {
    /// MP4 in fragments of about the given length, each complete on disk before the next begins: playable up to the last
    /// whole fragment whatever happens to the writer.
    case fragmentedMP4(fragmentDuration: Duration)
    /// MP4 with its index at the beginning, written when the muxer is finished.
    case mp4
}
