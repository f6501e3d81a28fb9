import ArgumentParser
import Media
import MediaWire
import RoomClient

/// One simulcast layer of encoded material, in memory.
struct EncodedLayer: Sendable {
    let rid: String
    let codec: Codec
    let width: Int
    let height: Int
    let framesPerSecond: Double
    let packets: [EncodedPacket]
    /// Places of the key frames.
    let keyFrames: [Int]

    /// Reads `RID:FILE`.
    init(argument: String) throws {
        let parts = argument.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw ValidationError("a layer is RID:FILE, not '\(argument)'") }
        var demuxer = try Demuxer(path: parts[1])
        guard let stream = demuxer.first(.video), let codec = stream.parameters.codec else {
            throw ValidationError("\(parts[1]) holds no video of a codec that rooms use")
        }
        var packets: [EncodedPacket] = []
        while let packet = try demuxer.next() {
            if packet.stream == stream.index { packets.append(packet.content) }
        }
        guard packets.first?.isKeyFrame == true else {
            throw ValidationError("\(parts[1]) does not begin with a key frame")
        }
        rid = parts[0]
        self.codec = codec
        width = stream.parameters.width
        height = stream.parameters.height
        framesPerSecond = stream.frameRate ?? 30
        keyFrames = packets.indices.filter { packets[$0].isKeyFrame }
        self.packets = packets
    }

    var description: LocalTrackDescription.Layer {
        let bytes = packets.reduce(0) { $0 + $1.data.count }
        let bitrate = Double(bytes * 8) * framesPerSecond / Double(packets.count)
        return LocalTrackDescription.Layer(rid: rid, width: width, height: height, bitrate: Int(bitrate))
    }

    /// The frame a participant sends at a tick: the material runs in a loop from another key frame for each.
    func frame(_ number: Int, participant: Int) -> EncodedPacket {
        let start = keyFrames[participant % keyFrames.count]
        return packets[(start + number) % packets.count]
    }
}
