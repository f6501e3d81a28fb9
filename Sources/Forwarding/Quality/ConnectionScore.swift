/// How good somebody's connection is, as one figure and as the words clients show.
///
/// A simplified E-model: loss takes points by how much the medium suffers from it, delay takes points above what is
/// noticed. Falls fast, recovers slowly, like the impression does.
package struct ConnectionScore: Sendable {
    /// The words.
    package enum Rating: Sendable, Hashable {
        case lost, poor, good, excellent
    }

    /// What was measured over the last interval.
    package struct Sample: Sendable, Hashable {
        /// The share of packets lost, 0…1.
        package var loss: Double
        /// The round trip, in seconds.
        package var roundTrip: Double
        /// Whether the path is up at all.
        package var isConnected: Bool

        /// A measurement.
        package init(loss: Double, roundTrip: Double, isConnected: Bool) {
            self.loss = loss
            self.roundTrip = roundTrip
            self.isConnected = isConnected
        }
    }

    /// 0…100.
    package private(set) var points = 100.0

    /// Points one percent of loss takes; video without its lost packets repaired freezes.
    private static let pointsPerPercentLost = 6.0
    /// Round trips up to this, in seconds, are not noticed.
    private static let unnoticedRoundTrip = 0.2

    /// A perfect connection.
    package init() {}

    /// Takes the last interval's measurement.
    package mutating func update(_ sample: Sample) {
        guard sample.isConnected else {
            points = 0
            return
        }
        let loss = max(0, min(1, sample.loss)) * 100 * Self.pointsPerPercentLost
        let delay = max(0, sample.roundTrip - Self.unnoticedRoundTrip) * 50
        let measured = max(30, 100 - loss - delay)
        // Figures of the reference server: up by 0.4 of the difference, down by 0.8.
        points += (measured - points) * (measured > points ? 0.4 : 0.8)
    }

    /// The words for the score.
    package var rating: Rating {
        switch points {
        case 80.01...: .excellent
        case 40.01...: .good
        case 20.01...: .poor
        default: .lost
        }
    }

    /// The score on the scale of mean opinion scores, 1…4.5.
    package var meanOpinionScore: Double { 1 + points / 100 * 3.5 }
}
