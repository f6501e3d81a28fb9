/// Who is speaking in a room, and what of it is news.
package struct SpeakerList: Sendable {
    /// One participant's loudness.
    package struct Entry: Sendable, Hashable {
        /// The participant.
        package var participant: String
        /// 0…1, in eighths, so that small changes are no news.
        package var level: Double
        /// False for somebody who has just stopped.
        package var isActive: Bool

        /// An entry as it is announced.
        package init(participant: String, level: Double, isActive: Bool) {
            self.participant = participant
            self.level = level
            self.isActive = isActive
        }
    }

    private var levels: [String: Double] = [:]

    /// Nobody is speaking.
    package init() {}

    /// Those speaking now, loudest first.
    package var active: [Entry] {
        levels.map { Entry(participant: $0.key, level: $0.value, isActive: true) }.sorted(by: Self.louder)
    }

    /// Takes everybody's level (0 for not speaking) and returns what changed: louder, quieter, stopped.
    package mutating func update(_ current: [String: Double]) -> [Entry] {
        let quantised = current.filter { $0.value > 0 }.mapValues { min(1, ($0 * 8).rounded(.up) / 8) }
        var changes = quantised.filter { levels[$0.key] != $0.value }
            .map { Entry(participant: $0.key, level: $0.value, isActive: true) }
        for participant in levels.keys where quantised[participant] == nil {
            changes.append(Entry(participant: participant, level: 0, isActive: false))
        }
        levels = quantised
        return changes.sorted(by: Self.louder)
    }

    private static func louder(_ a: Entry, _ b: Entry) -> Bool {
        (a.level, b.participant) > (b.level, a.participant)
    }
}
