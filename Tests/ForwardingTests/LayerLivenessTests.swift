import Testing

@testable import Forwarding

@Suite("A layer's liveness")
struct LayerLivenessTests {
    @Test("begins with the first packet")
    func firstPacket() {
        var layer = LayerLiveness(rule: .camera(layer: 2))
        #expect(!layer.isAlive)
        #expect(layer.receivedPacket(at: at(0)) == true)
        #expect(layer.isAlive)
        #expect(layer.receivedPacket(at: at(1)) == false)
    }

    @Test("ends with a cycle without packets, not before")
    func stops() {
        var layer = LayerLiveness(rule: .camera(layer: 0))
        _ = layer.receivedPacket(at: at(0))
        #expect(layer.advance(to: at(499)) == false)
        #expect(layer.advance(to: at(500)) == false)
        #expect(layer.isAlive)
        #expect(layer.advance(to: at(1000)) == true)
        #expect(!layer.isAlive)
    }

    @Test("comes back after enough good cycles in a row")
    func revives() {
        var layer = LayerLiveness(rule: .camera(layer: 1))
        _ = layer.receivedPacket(at: at(0))
        _ = layer.advance(to: at(500))
        _ = layer.advance(to: at(1000))
        #expect(!layer.isAlive)
        // A handful of packets is noise.
        for _ in 0..<4 { #expect(layer.receivedPacket(at: at(1100)) == false) }
        #expect(layer.advance(to: at(1500)) == false)
        for _ in 0..<5 { _ = layer.receivedPacket(at: at(1600)) }
        #expect(layer.advance(to: at(2000)) == false)
        for _ in 0..<5 { _ = layer.receivedPacket(at: at(2100)) }
        #expect(layer.advance(to: at(2500)) == true)
        #expect(layer.isAlive)
    }

    @Test("of a screen share survives two seconds of stillness")
    func screenShare() {
        var layer = LayerLiveness(rule: .screenShare)
        _ = layer.receivedPacket(at: at(0))
        #expect(layer.advance(to: at(1999)) == false)
        #expect(layer.isAlive)
    }
}
