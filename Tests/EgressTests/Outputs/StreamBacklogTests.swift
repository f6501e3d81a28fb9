import Media
import MediaWire
import Testing

@testable import Egress

@Suite("What a slow stream leaves behind")
struct StreamBacklogTests {
    /// A picture a tenth of a second long, or a block of sound.
    private func packet(_ tenths: Int, key: Bool = false, size: Int = 100) -> EncodedPacket {
        EncodedPacket(
            data: [UInt8](repeating: 0, count: size),
            pts: Int64(tenths),
            dts: Int64(tenths),
            duration: 1,
            timescale: 10,
            isKeyFrame: key
        )
    }

    private func times(_ backlog: StreamBacklog) -> [Int64] {
        var backlog = backlog
        var times: [Int64] = []
        while let item = backlog.popFirst() { times.append(item.packet.dts) }
        return times
    }

    @Test("begins at a key frame, and has no sound before it")
    func beginning() {
        var backlog = StreamBacklog(hasVideo: true)
        backlog.append(packet(0), of: .video)
        backlog.append(packet(0, key: true), of: .audio)
        backlog.append(packet(1, key: true), of: .video)
        backlog.append(packet(1, key: true), of: .audio)
        #expect(times(backlog) == [1, 1])
        #expect(backlog.dropped == 0)
    }

    @Test("is dropped up to the next key frame when it is too long")
    func length() {
        var backlog = StreamBacklog(hasVideo: true)
        // Key frames every two seconds; the backlog may have six.
        for number in 0...60 {
            let fits = backlog.append(packet(number, key: number % 20 == 0), of: .video)
            #expect(fits)
        }
        let stillFits = backlog.append(packet(61), of: .video)
        #expect(!stillFits)
        #expect(times(backlog) == Array(20...61))
        #expect(backlog.dropped == 20)
    }

    @Test("is dropped whole, and begins anew at a key frame, when there is no other in it")
    func oneGroup() {
        var backlog = StreamBacklog(hasVideo: true)
        for number in 0...61 { backlog.append(packet(number, key: number == 0), of: .video) }
        #expect(backlog.isEmpty)
        backlog.append(packet(62), of: .video)
        #expect(backlog.isEmpty)
        backlog.append(packet(63, key: true), of: .video)
        #expect(times(backlog) == [63])
    }

    @Test("is dropped when it is too large")
    func size() {
        var backlog = StreamBacklog(hasVideo: true)
        let third = StreamBacklog.largest / 3
        for number in 0..<3 {
            let fits = backlog.append(packet(number, key: true, size: third), of: .video)
            #expect(fits)
        }
        let stillFits = backlog.append(packet(3, key: true, size: third), of: .video)
        #expect(!stillFits)
        #expect(times(backlog) == [1, 2, 3])
    }

    @Test("is left at the last key frame for a new connection")
    func newConnection() {
        var backlog = StreamBacklog(hasVideo: true)
        for number in 0...25 { backlog.append(packet(number, key: number % 10 == 0), of: .video) }
        backlog.skipToLastKeyFrame()
        #expect(times(backlog) == Array(20...25))
        while backlog.popFirst() != nil {}
        backlog.append(packet(26), of: .video)
        backlog.skipToLastKeyFrame()
        backlog.append(packet(27), of: .video)
        #expect(backlog.isEmpty, "without a key frame nothing can begin")
    }

    @Test("of sound alone may begin anywhere")
    func soundAlone() {
        var backlog = StreamBacklog(hasVideo: false)
        for number in 0...61 { backlog.append(packet(number, key: true), of: .audio) }
        #expect(times(backlog) == Array(1...61))
    }

    @Test("has times that begin near 0 on every connection and rise")
    func timeline() throws {
        var timeline = StreamTimeline()
        func place(_ kind: MediaKind, dts: Int64, pts: Int64, timescale: Int32) -> EncodedPacket? {
            let packet = EncodedPacket(
                data: [1],
                pts: pts,
                dts: dts,
                duration: 1,
                timescale: timescale,
                isKeyFrame: true
            )
            let time = MediaTime(value: dts, timescale: timescale).nanoseconds
            return timeline.place(StreamBacklog.Item(kind: kind, packet: packet, time: time))
        }
        let first = try #require(place(.video, dts: 298, pts: 300, timescale: 30))
        #expect(first.dts == 0 && first.pts == 2)
        #expect(place(.audio, dts: 440_000, pts: 440_000, timescale: 48_000) == nil, "sound before the key frame")
        let sound = try #require(place(.audio, dts: 480_000, pts: 480_000, timescale: 48_000))
        #expect(sound.pts == 3200)
        #expect(place(.video, dts: 298, pts: 300, timescale: 30) == nil, "a time that was there before")
        #expect(place(.video, dts: 301, pts: 305, timescale: 30)?.dts == 3)
    }

    @Test("is not to be waited for without end")
    func watchdog() {
        func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }
        var watchdog = StreamWatchdog(at: at(0))
        let isMoving = watchdog.check(offering: 8000, written: 4095, at: at(29))
        #expect(isMoving)
        let isStillMoving = watchdog.check(offering: 8000, written: 4095, at: at(30))
        #expect(!isStillMoving)
        let moves = watchdog.check(offering: 8000, written: 4096, at: at(31))
        #expect(moves)
        let isIdle = watchdog.check(offering: 100, written: 4196, at: at(70))
        #expect(isIdle, "nothing to send is no fault of the connection")
    }
}
