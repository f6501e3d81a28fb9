import MediaWire
import Testing

@testable import PeerTransport

@Suite struct ReceptionStatisticsTests {
    @Test func lossIsCountedInTotalAndByInterval() {
        var statistics = ReceptionStatistics(clockRate: 90_000)
        for number in [1, 2, 3, 5, 6, 8] as [Int64] {
            statistics.receive(number, timestamp: UInt32(number) * 900, at: testStart + .milliseconds(10 * number))
        }
        #expect(statistics.lost == 2)
        #expect(statistics.takeFractionLost() == UInt8(2 * 256 / 8))
        #expect(statistics.takeFractionLost() == 0)
        #expect(statistics.extendedHighest == 8)
        statistics.receive(4, timestamp: 3600, at: testStart + .milliseconds(90))
        #expect(statistics.lost == 1)
    }

    @Test func jitterIsNoneForEvenArrivalAndApproachesTheDeviation() {
        var even = ReceptionStatistics(clockRate: 48_000)
        var uneven = ReceptionStatistics(clockRate: 48_000)
        for number in 0..<200 as Range<Int64> {
            let timestamp = UInt32(number) * 960
            even.receive(number, timestamp: timestamp, at: testStart + .milliseconds(20 * number))
            let late: Int64 = number % 2 == 0 ? 0 : 10
            uneven.receive(number, timestamp: timestamp, at: testStart + .milliseconds(20 * number + late))
        }
        #expect(even.jitter == 0)
        // Every transit differs from the one before by 10 ms, 480 ticks.
        #expect((470...480).contains(uneven.jitter))
    }

    @Test func aReportOfDelayCoversItsRange() {
        #expect(InboundStream.reportUnits(.seconds(1)) == 65_536)
        #expect(InboundStream.reportUnits(.seconds(-1)) == 0)
        #expect(InboundStream.reportUnits(.seconds(100_000)) == .max)
    }
}
