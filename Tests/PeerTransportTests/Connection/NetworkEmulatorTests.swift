import MediaWire
import PeerTransport
import TestKit
import Testing

@Suite struct NetworkEmulatorTests {
    private func deliveries(_ conditions: NetworkConditions, seed: UInt64) -> [(number: Int, delay: Duration)] {
        var network = NetworkEmulator(conditions: conditions, seed: seed)
        var arrived: [(number: Int, delay: Duration)] = []
        var sent: [Instant] = []
        func collect(until end: Instant) {
            while let next = network.nextDelivery, next <= end {
                for datagram in network.poll(at: next) {
                    let number = Int(datagram.bytes[0]) << 8 | Int(datagram.bytes[1])
                    arrived.append((number, next - sent[number]))
                }
            }
        }
        var now = Instant(nanoseconds: 0)
        for number in 0..<2000 {
            now = Instant(nanoseconds: Int64(number) * 5_000_000)
            collect(until: now)
            sent.append(now)
            network.send(
                Datagram(
                    local: VirtualPeers.leftAddress,
                    remote: VirtualPeers.rightAddress,
                    bytes: [UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 0, count: 970)
                ),
                at: now
            )
        }
        collect(until: now + .seconds(10))
        return arrived
    }

    @Test func aPerfectNetworkOnlyDelays() {
        let arrived = deliveries(NetworkConditions(delay: .milliseconds(30)), seed: 1)
        #expect(arrived.map(\.number) == Array(0..<2000))
        #expect(arrived.allSatisfy { $0.delay == .milliseconds(30) })
    }

    @Test func lossAndDuplicationComeAsOftenAsAsked() {
        let arrived = deliveries(NetworkConditions(loss: 0.05, duplication: 0.1), seed: 2)
        let distinct = Set(arrived.map(\.number)).count
        #expect((1850...1950).contains(distinct))
        #expect((150...250).contains(arrived.count - distinct))
    }

    @Test func jitterDelaysWithoutReordering() {
        let arrived = deliveries(NetworkConditions(delay: .milliseconds(10), jitter: .milliseconds(50)), seed: 3)
        #expect(arrived.map(\.number) == Array(0..<2000))
        #expect(arrived.allSatisfy { $0.delay >= .milliseconds(10) && $0.delay <= .milliseconds(60) })
        #expect(arrived.contains { $0.delay > .milliseconds(50) })
    }

    @Test func reorderedDatagramsAreOvertaken() {
        let arrived = deliveries(NetworkConditions(jitter: .milliseconds(50), reordering: 0.01), seed: 4)
        let overtaken = zip(arrived, arrived.dropFirst()).count { $0.number > $1.number }
        #expect(arrived.count == 2000)
        #expect((10...40).contains(overtaken), "\(overtaken) of 2000")
    }

    @Test func aRateQueuesAndThenDrops() {
        // 1000 bytes with headers each 5 ms are 1.6 Mbit/s.
        let limited = NetworkConditions(bitsPerSecond: 800_000, queueLimit: .milliseconds(100))
        let arrived = deliveries(limited, seed: 5)
        #expect((980...1030).contains(arrived.count), "half gets through")
        #expect(arrived.allSatisfy { $0.delay <= .milliseconds(111) })
    }

    @Test func theSameSeedGivesTheSameDeliveries() {
        let conditions = NetworkConditions(loss: 0.1, jitter: .milliseconds(20), reordering: 0.05, duplication: 0.05)
        let first = deliveries(conditions, seed: 6)
        let second = deliveries(conditions, seed: 6)
        #expect(first.map(\.number) == second.map(\.number))
        #expect(first.map(\.delay) == second.map(\.delay))
        #expect(deliveries(conditions, seed: 7).map(\.number) != first.map(\.number))
    }
}
