import MediaWire
import Testing

@testable import Forwarding

@Suite("Demanded qualities")
struct QualityDemandTests {
    @Test("rise at once and fall after a while")
    func delays() {
        var demand = QualityDemand(pauseDelay: .seconds(5), at: at(0))
        #expect(demand.update(highest: 2, at: at(100)) == 2)
        #expect(demand.update(highest: 0, at: at(1000)) == nil)
        #expect(demand.poll(at: at(5999)) == nil)
        #expect(demand.poll(at: at(6000)) == 0)
        #expect(demand.update(highest: 1, at: at(6100)) == 1)
    }

    @Test("do not fall when the demand comes back in time")
    func flapping() {
        var demand = QualityDemand(pauseDelay: .seconds(5), at: at(0))
        _ = demand.update(highest: 2, at: at(0))
        #expect(demand.update(highest: -1, at: at(1000)) == nil)
        #expect(demand.update(highest: 2, at: at(3000)) == nil)
        #expect(demand.poll(at: at(60_000)) == nil)
        #expect(demand.update(highest: -1, at: at(61_000)) == nil)
        #expect(demand.poll(at: at(65_999)) == nil)
        #expect(demand.poll(at: at(66_000)) == -1)
    }

    @Test("of a new track nobody watches are announced after ten seconds")
    func start() {
        var demand = QualityDemand(pauseDelay: .seconds(5), at: at(0))
        #expect(demand.poll(at: at(9999)) == nil)
        #expect(demand.poll(at: at(10_000)) == -1)
        #expect(demand.poll(at: at(20_000)) == nil)
    }

    @Test("are repeated to a publisher with a new session")
    func reset() {
        var demand = QualityDemand(pauseDelay: .seconds(5), at: at(0))
        #expect(demand.reset(at: at(0)) == nil)
        _ = demand.update(highest: 1, at: at(0))
        #expect(demand.reset(at: at(10)) == 1)
    }
}

@Suite("A connection's score")
struct ConnectionScoreTests {
    @Test(
        "falls with loss and delay",
        arguments: [
            (0, 0.05, .excellent), (0.02, 0.05, .excellent), (0.06, 0.05, .good), (0.3, 0.05, .good),
            (0, 1.2, .good),
        ] as [(Double, Double, ConnectionScore.Rating)]
    )
    func rating(loss: Double, roundTrip: Double, expected: ConnectionScore.Rating) {
        var score = ConnectionScore()
        score.update(ConnectionScore.Sample(loss: loss, roundTrip: roundTrip, isConnected: true))
        #expect(score.rating == expected)
    }

    @Test("goes down fast and up slowly")
    func hysteresis() {
        var score = ConnectionScore()
        let bad = ConnectionScore.Sample(loss: 0.5, roundTrip: 0.1, isConnected: true)
        let good = ConnectionScore.Sample(loss: 0, roundTrip: 0.1, isConnected: true)
        score.update(bad)
        score.update(bad)
        #expect(score.rating == .poor)
        score.update(good)
        #expect(score.rating == .good)
        for _ in 0..<5 { score.update(good) }
        #expect(score.rating == .excellent)
        score.update(ConnectionScore.Sample(loss: 0, roundTrip: 0, isConnected: false))
        #expect(score.rating == .lost)
        #expect(score.meanOpinionScore == 1)
    }
}
