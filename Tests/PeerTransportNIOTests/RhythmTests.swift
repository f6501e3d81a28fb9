import MediaWire
import NIOCore
import NIOPosix
import PeerTransport
import Testing

@testable import PeerTransportNIO

@Suite("A hub's rhythm")
struct RhythmTests {
    private let start = Instant(nanoseconds: 5_003_000_000)
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("is the same for all hubs, whenever they started", arguments: [5_003, 5_017, 6_000])
    func sameForAll(started: Int64) {
        let rhythm = Rhythm(interval: .milliseconds(40), startedAt: at(started))
        #expect(rhythm.beat(from: at(9_001)) == at(9_040))
        #expect(rhythm.beat(from: at(9_040)) == at(9_040))
        #expect(rhythm.beat(after: at(9_040)) == at(9_080))
    }

    @Test("is quick in the first second, in which peers connect")
    func quickAtFirst() {
        let rhythm = Rhythm(interval: .milliseconds(40), startedAt: start)
        #expect(rhythm.beat(from: start + .milliseconds(2)) - start <= .milliseconds(6))
        #expect(rhythm.beat(from: start + .milliseconds(1_050)) == at(6_080))
        let quick = Rhythm(interval: .milliseconds(3), startedAt: start)
        #expect(quick.beat(after: at(5_004)) == at(5_007), "but never slower than it will be")
    }

    @Test("gathers datagrams and tells of media when it came, not when it was read")
    func arrivals() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let receiver = try await PeerHub.start(
            configuration: .init(bindAddress: "127.0.0.1", readInterval: .milliseconds(400)),
            on: loop
        )
        let sender = try await PeerHub.start(configuration: .init(bindAddress: "127.0.0.1"), on: loop)
        let pair = try await loop.submit { NIOLoopBound(connect(receiver, [sender])[0], eventLoop: loop) }.get()
        #expect(try await eventually(loop) { pair.value.0.isConnected && pair.value.1.isConnected })
        // The quick beats are over then.
        try await loop.scheduleTask(in: .milliseconds(1_100)) {}.futureResult.get()
        for number in 0..<20 {
            try await loop.scheduleTask(in: .milliseconds(5)) {
                pair.value.1.transport.sendRTP(rtpPacket(UInt16(number), size: 900), at: sender.now)
                pair.value.1.attachment?.drain()
            }.futureResult.get()
        }
        #expect(try await eventually(loop) { pair.value.0.packets.count == 20 })
        let (packets, times) = try await loop.submit {
            let received = pair.value.0.events.compactMap { event in
                if case .rtp(let bytes, let time) = event { (bytes, time) } else { nil }
            }
            return (received.map(\.0), received.map(\.1))
        }.get()
        #expect(packets == (0..<20).map { rtpPacket(UInt16($0), size: 900) })
        #expect(zip(times.dropFirst(), times).allSatisfy { $0 > $1 }, "read at two beats at most, but told apart")
        #expect(times[19] - times[0] >= .milliseconds(80))
        for hub in [receiver, sender] { await hub.shutdown() }
    }

    @Test("goes on when peers leave and others come")
    func peersComeAndGo() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let receiver = try await PeerHub.start(
            configuration: .init(bindAddress: "127.0.0.1", readInterval: .milliseconds(20)),
            on: loop
        )
        for _ in 0..<2 {
            let sender = try await receiver.companion()
            let pair = try await loop.submit { NIOLoopBound(connect(receiver, [sender])[0], eventLoop: loop) }.get()
            #expect(try await eventually(loop) { pair.value.0.isConnected && pair.value.1.isConnected })
            try await loop.submit { pair.value.0.attachment?.detach() }.get()
            try await loop.scheduleTask(in: .milliseconds(50)) {}.futureResult.get()
            await sender.shutdown()
        }
        await receiver.shutdown()
    }
}

@Suite("Time stamps of datagrams")
struct DatagramStampTests {
    private func message(_ type: CInt, _ content: [Int64], length: Int? = nil) -> [UInt8] {
        var bytes = withUnsafeBytes(of: length ?? 16 + content.count * 8) { [UInt8]($0) }
        bytes += withUnsafeBytes(of: CInt(1)) { [UInt8]($0) }
        bytes += withUnsafeBytes(of: type) { [UInt8]($0) }
        for value in content { bytes += withUnsafeBytes(of: value) { [UInt8]($0) } }
        return bytes
    }

    private func stamp(_ bytes: [UInt8]) -> Int64? { bytes.withUnsafeBytes { UDPReceiver.stamp(in: $0) } }

    @Test("are found among the control messages")
    func found() {
        #expect(stamp(message(35, [7, 9])) == 7_000_000_009)
        #expect(stamp(message(99, [1]) + message(35, [7, 9])) == 7_000_000_009)
    }

    @Test(
        "never make a datagram earlier than it was, wherever the thread is put aside between two clocks",
        arguments: 0..<6
    )
    func putAside(reading: Int) {
        // The time of day is 1000 ahead; a reading takes 1, one of them 500.
        var (time, readings) = (Int64(0), 0)
        func pass() -> Int64 {
            time += readings == reading ? 500 : 1
            readings += 1
            return time
        }
        let epoch = UDPReceiver.epoch(wall: { 1000 + pass() }, monotonic: pass)
        #expect((990...1000).contains(epoch))
    }

    @Test("are missing where lengths are not what they should be")
    func missing() {
        #expect(stamp([]) == nil)
        #expect(stamp(message(99, [7, 9])) == nil)
        #expect(stamp(message(35, [7])) == nil)
        for length in [-1, 0, 15, 33, Int.max] { #expect(stamp(message(35, [7, 9], length: length)) == nil) }
        #expect(stamp(Array(message(35, [7, 9]).prefix(20))) == nil)
    }
}
