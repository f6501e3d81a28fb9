import Media
import MediaWire

/// A segment in the job's folder.
struct WrittenSegment: Sendable, Hashable {
    var index: Int
    var path: String
    /// Seconds after the origin.
    var start: Double
    /// Seconds.
    var duration: Double
    /// Bytes.
    var size: Int64
}

/// Writes packets into segments.
///
/// Confined to the recording's thread.
struct SegmentWriter: ~Copyable {
    private var muxer: SegmentMuxer
    private var interleaver: PacketInterleaver
    private var cutter: SegmentCutter
    private let path: @Sendable (Int) -> String
    private let leadingKind: MediaKind
    private var current: (index: Int, start: Double)?
    /// Where the leading kind ends, in seconds.
    private var end = 0.0

    /// What has to be read before any segment.
    var initialization: [UInt8]? { muxer.initialization }

    /// `path` says where a segment lies while it is written, by its number.
    init(
        container: SegmentMuxer.Container,
        duration: Double,
        video: StreamParameters?,
        audio: StreamParameters?,
        path: @escaping @Sendable (Int) -> String
    ) throws(MediaError) {
        let muxer = try SegmentMuxer(container: container, path: path(0), video: video, audio: audio)
        self.muxer = muxer
        self.path = path
        let kinds = [video.map { _ in MediaKind.video }, audio.map { _ in MediaKind.audio }].compactMap { $0 }
        interleaver = PacketInterleaver(kinds: kinds)
        cutter = SegmentCutter(duration: duration, hasVideo: video != nil)
        leadingKind = video == nil ? .audio : .video
    }

    /// Takes a packet and returns the segments that are complete by it.
    mutating func write(_ packet: EncodedPacket, of kind: MediaKind) throws(MediaError) -> [WrittenSegment] {
        var complete: [WrittenSegment] = []
        for item in interleaver.add(packet, of: kind) {
            if let segment = try write(item) { complete.append(segment) }
        }
        return complete
    }

    /// Writes the rest and returns the last segments.
    mutating func finish() throws(MediaError) -> [WrittenSegment] {
        var complete: [WrittenSegment] = []
        for item in interleaver.flush() {
            if let segment = try write(item) { complete.append(segment) }
        }
        let size = try muxer.finish()
        if let current { complete.append(segment(current, until: end, size: size)) }
        current = nil
        return complete
    }

    private mutating func write(_ item: PacketInterleaver.Item) throws(MediaError) -> WrittenSegment? {
        var complete: WrittenSegment?
        switch cutter.decide(item.packet, of: item.kind) {
        case .skip: return nil
        case .write: break
        case .begin(let time): current = (0, time)
        case .cut(let time):
            guard let before = current else { preconditionFailure("a segment ends that has begun") }
            let size = try muxer.cut(to: path(before.index + 1))
            complete = segment(before, until: time, size: size)
            current = (before.index + 1, time)
        }
        let packet = item.packet
        if item.kind == leadingKind { end = max(end, Double(packet.pts + packet.duration) / Double(packet.timescale)) }
        try muxer.write(packet, to: item.kind)
        return complete
    }

    private func segment(_ current: (index: Int, start: Double), until end: Double, size: Int64) -> WrittenSegment {
        WrittenSegment(
            index: current.index,
            path: path(current.index),
            start: current.start,
            duration: max(0, end - current.start),
            size: size
        )
    }
}
