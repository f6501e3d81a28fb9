import Media
import MediaWire
import TestKit
import Testing

@testable import Egress

@Suite("Cutting segments")
struct SegmentPartsTests {
    private func picture(_ number: Int, isKey: Bool, delay: Int64 = 2) -> EncodedPacket {
        EncodedPacket(
            data: [1],
            pts: Int64(number),
            dts: Int64(number) - delay,
            duration: 1,
            timescale: 30,
            isKeyFrame: isKey
        )
    }

    private func sound(_ number: Int) -> EncodedPacket {
        EncodedPacket(
            data: [2],
            pts: Int64(number * 1_024 - 1_024),
            dts: Int64(number * 1_024 - 1_024),
            duration: 1_024,
            timescale: 44_100,
            isKeyFrame: true
        )
    }

    private func cuts(_ packets: [EncodedPacket], _ kind: MediaKind, _ duration: Double, hasVideo: Bool) -> [Double] {
        var cutter = SegmentCutter(duration: duration, hasVideo: hasVideo)
        return packets.compactMap { packet in
            switch cutter.decide(packet, of: kind) {
            case .begin(let time), .cut(let time): time
            case .skip, .write: nil
            }
        }
    }

    @Test("With pictures, at the first key frame at or after the time")
    func keyFrames() {
        func keys(every distance: Int, _ duration: Double) -> [Double] {
            cuts((0..<600).map { picture($0, isKey: $0 % distance == 0) }, .video, duration, hasVideo: true)
        }
        #expect(keys(every: 120, 4) == [0, 4, 8, 12, 16])
        #expect(keys(every: 30, 4) == [0, 4, 8, 12, 16])
        #expect(keys(every: 100, 4).dropFirst().first == 200.0 / 30)
        // Encoders place key frames by whole frames: 3.99 s are 120 frames, 1.51 s are 45.
        #expect(keys(every: 120, 3.99) == [0, 4, 8, 12, 16])
        #expect(keys(every: 45, 1.51).count == 14)
        // One that comes late does not make the next segment longer than it has to be.
        let late = (0..<600).map { picture($0, isKey: $0 % 120 == 0 && $0 != 120 || $0 == 131) }
        #expect(cuts(late, .video, 4, hasVideo: true) == [0, 131.0 / 30, 8, 12, 16])
    }

    @Test("What comes before the first key frame is left out")
    func beginning() {
        var cutter = SegmentCutter(duration: 4, hasVideo: true)
        #expect(cutter.decide(sound(0), of: .audio) == .write)
        #expect(cutter.decide(picture(3, isKey: false), of: .video) == .skip)
        #expect(cutter.decide(picture(6, isKey: true), of: .video) == .begin(at: 0.2))
        #expect(cutter.decide(picture(7, isKey: false), of: .video) == .write)
    }

    @Test("Sound alone at the packet nearest to the time")
    func packets() {
        let starts = cuts((1..<2_000).map { sound($0) }, .audio, 4, hasVideo: false)
        for (index, start) in starts.enumerated() { #expect(abs(start - Double(index) * 4) < 0.012) }
        #expect(starts.count == 12)
    }

    @Test("Packets of both kinds come in the order of time, pictures with their key frames' time")
    func interleaved() {
        var interleaver = PacketInterleaver(kinds: [.audio, .video])
        var items: [PacketInterleaver.Item] = []
        // Sound is a second ahead of the pictures, as encoders are.
        for number in 0..<130 { items += interleaver.add(sound(number), of: .audio).map { $0 } }
        #expect(items.count == 1 || items.isEmpty)
        for number in 0..<90 { items += interleaver.add(picture(number, isKey: number % 30 == 0), of: .video) }
        items += interleaver.flush()
        #expect(items.count == 220)
        for (index, item) in items.enumerated() where item.kind == .video && item.packet.isKeyFrame {
            let time = Double(item.packet.pts) / 30
            for before in items[..<index] where before.kind == .audio {
                #expect(Double(before.packet.pts) / 44_100 <= time)
            }
            for after in items[index...] where after.kind == .audio {
                #expect(Double(after.packet.pts) / 44_100 >= time - 0.03)
            }
        }
    }

    @Test("A kind that stays away does not hold the other back for ever")
    func silence() {
        var interleaver = PacketInterleaver(kinds: [.audio, .video])
        var count = 0
        for number in 0..<300 { count += interleaver.add(picture(number, isKey: true), of: .video).count }
        #expect(count > 300 - 95 && count < 300 - 85)
        var alone = PacketInterleaver(kinds: [.video])
        #expect(alone.add(picture(0, isKey: true), of: .video).count == 1)
    }

    @Test("Images come at their interval, on one grid")
    func images() {
        func taken(_ interval: Double, _ times: [Double]) -> [Double] {
            var schedule = ImageSchedule(interval: interval)
            return times.filter { schedule.takes($0) }
        }
        let frames = (0..<300).map { Double($0) / 30 }
        #expect(taken(2, frames) == [0, 2, 4, 6, 8])
        #expect(taken(10, frames) == [0])
        #expect(taken(0.01, frames).count == 300)
        #expect(taken(2, [0.5, 2.4, 2.5, 7, 8, 8.5, 9]) == [0.5, 2.5, 7, 8.5])
    }

    @Test("A full queue of images lets the oldest go")
    func queue() {
        let queue = ImageQueue<Int>(capacity: 3)
        for number in 0..<5 { queue.push(number) }
        queue.close()
        queue.push(9)
        #expect([queue.take(), queue.take(), queue.take(), queue.take()] == [2, 3, 4, nil])
        #expect(queue.dropped == 2)
    }
}
