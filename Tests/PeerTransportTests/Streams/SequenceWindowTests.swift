import MediaWire
import Testing

@testable import PeerTransport

@Suite struct SequenceWindowTests {
    @Test func duplicatesAreToldFromReorderedPackets() {
        var window = SequenceWindow()
        #expect(window.receive(10) == .fresh(10))
        #expect(window.receive(12) == .fresh(12))
        #expect(window.receive(11) == .fresh(11))
        #expect(window.receive(11) == .duplicate)
        #expect(window.receive(10) == .duplicate)
        #expect(window.receive(9) == .fresh(9))
    }

    @Test func numbersGoOnOverTheWrap() {
        var window = SequenceWindow()
        #expect(window.receive(65_534) == .fresh(65_534))
        #expect(window.receive(1) == .fresh(65_537))
        #expect(window.receive(65_535) == .fresh(65_535))
        #expect(window.receive(1) == .duplicate)
    }

    @Test func memoryOfOldPacketsIsClearedAsTheWindowMoves() {
        var window = SequenceWindow()
        for number in 0..<5000 {
            #expect(window.receive(SequenceNumber(rawValue: UInt16(number))) == .fresh(Int64(number)))
        }
        #expect(window.receive(SequenceNumber(rawValue: 5000 - 1024 - 1)) == .outside)
        #expect(window.receive(SequenceNumber(rawValue: 5000 - 1000)) == .duplicate)
        #expect(window.receive(7500) == .fresh(7500))
        #expect(window.receive(7499) == .fresh(7499))
    }

    @Test func aStrayIsRefusedAndARestartFollowedFromTheSecondPacket() {
        var window = SequenceWindow()
        _ = window.receive(100)
        #expect(window.receive(30_000) == .outside)
        #expect(window.receive(101) == .fresh(101))
        #expect(window.receive(40_000) == .outside)
        guard case .restarted(let number) = window.receive(40_001) else {
            Issue.record("the second packet of a restart must be taken")
            return
        }
        #expect(number > 101 && number & 0xFFFF == 40_001)
        #expect(window.receive(40_002) == .fresh(number + 1))
    }

    @Test func aRetransmissionFillsAGapOnce() {
        var window = SequenceWindow()
        #expect(window.recover(5) == .outside)
        _ = window.receive(5)
        _ = window.receive(8)
        #expect(window.recover(6) == .fresh(6))
        #expect(window.receive(6) == .duplicate)
        #expect(window.recover(7) == .fresh(7))
        #expect(window.recover(7) == .duplicate)
        #expect(window.recover(40_000) == .outside)
    }
}
