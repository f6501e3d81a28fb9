import MediaWire
import Testing

@testable import Forwarding

@Suite("VP8's counters")
struct VP8MungingTests {
    private func counters(_ packet: ForwardedPacket?) throws -> [Int] {
        let payload = try #require(packet?.payload)
        let descriptor = try VP8Descriptor.parse(payload).descriptor
        return [
            Int(descriptor.pictureID ?? 0), Int(descriptor.tl0PictureIndex ?? 0), Int(descriptor.keyIndex ?? 0),
        ]
    }

    @Test("run on over a switch, whatever the new layer counts")
    func switches() throws {
        var relay = Relay()
        var out = relay.send(layer: 0, payload: vp8(key: true, picture: 100, tl0: 10, keyIndex: 3), at: at(0))
        #expect(try counters(out) == [100, 10, 3])
        out = relay.send(layer: 0, payload: vp8(key: false, picture: 101, tl0: 11, keyIndex: 3), at: at(33))
        #expect(try counters(out) == [101, 11, 3])
        out = relay.send(layer: 1, payload: vp8(key: true, picture: 7000, tl0: 200, keyIndex: 30), at: at(66))
        #expect(try counters(out) == [102, 12, 4])
        out = relay.send(layer: 1, payload: vp8(key: false, picture: 7001, tl0: 201, keyIndex: 30), at: at(99))
        #expect(try counters(out) == [103, 13, 4])
    }

    @Test("wrap at their own widths")
    func wraps() throws {
        var relay = Relay()
        _ = relay.send(layer: 0, payload: vp8(key: true, picture: 0x7FFF, tl0: 255, keyIndex: 31), at: at(0))
        let out = relay.send(layer: 1, payload: vp8(key: true, picture: 5, tl0: 6, keyIndex: 7), at: at(33))
        #expect(try counters(out) == [0, 0, 0])
    }

    @Test("of a late packet are shifted as those of its own layer")
    func late() throws {
        var relay = Relay()
        _ = relay.send(layer: 0, sequence: 10, payload: vp8(key: true, picture: 100), at: at(0))
        _ = relay.send(layer: 0, sequence: 12, payload: vp8(key: false, picture: 102), at: at(1))
        _ = relay.send(layer: 1, sequence: 60, payload: vp8(key: true, picture: 900), at: at(2))
        let late = relay.send(layer: 0, sequence: 11, payload: vp8(key: false, picture: 101), at: at(3))
        #expect(try counters(late)[0] == 101)
        let next = relay.send(layer: 1, sequence: 61, payload: vp8(key: false, picture: 901), at: at(4))
        #expect(try counters(next)[0] == 104)
    }

    @Test("the picture itself is not touched")
    func payloadKept() throws {
        var relay = Relay()
        _ = relay.send(layer: 0, payload: vp8(key: true), at: at(0))
        let payload = vp8(key: true, picture: 900)
        let sent = relay.send(layer: 1, payload: payload, at: at(1))
        let out = try #require(sent)
        #expect(out.payload.count == payload.count)
        #expect(out.payload.suffix(10) == payload.suffix(10))
    }

    @Test("a payload too short to have any is passed on")
    func malformed() {
        var munger = VP8Munger()
        #expect(munger.rewrite([0x90], by: VP8Offsets(pictureID: 3), isNewest: true) == [0x90])
    }
}
