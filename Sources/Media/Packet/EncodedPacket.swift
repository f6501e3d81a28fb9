internal import CFFmpeg

/// One encoded frame of a stream with its times, in units of 1/`timescale` second.
public struct EncodedPacket: Sendable, Hashable {
    /// The codec's bytes: Annex B for H.264 and H.265 out of our encoders, whatever the container holds out of a demuxer.
    public var data: [UInt8]
    /// When it is shown or heard.
    public var pts: Int64
    /// When it has to be decoded; never above `pts`, rising from packet to packet, negative where frames are reordered.
    public var dts: Int64
    /// How long it lasts, 0 if unknown.
    public var duration: Int64
    /// Ticks a second.
    public var timescale: Int32
    /// Whether decoding can start here.
    public var isKeyFrame: Bool

    /// A packet with its times.
    public init(data: [UInt8], pts: Int64, dts: Int64, duration: Int64, timescale: Int32, isKeyFrame: Bool) {
        self.data = data
        self.pts = pts
        self.dts = dts
        self.duration = duration
        self.timescale = timescale
        self.isKeyFrame = isKeyFrame
    }
}

extension EncodedPacket {
    /// A copy of an FFmpeg packet.
    init(_ packet: borrowing PacketHandle, timescale: Int32) {
        let fields = packet.pointer.pointee
        let pts = fields.pts == sluice_nopts() ? fields.dts : fields.pts
        self.init(
            data: Array(UnsafeBufferPointer(start: fields.data, count: max(0, Int(fields.size)))),
            pts: pts,
            dts: fields.dts == sluice_nopts() ? pts : fields.dts,
            duration: fields.duration,
            timescale: timescale,
            isKeyFrame: fields.flags & AV_PKT_FLAG_KEY != 0
        )
    }
}
