package import MediaWire

/// Tells whether one layer of a track is being sent.
///
/// Clients stop sending a layer without saying so: dynacast, a congested uplink, a muted camera. Time is cut into
/// cycles; a cycle without any packet stops the layer, and a stopped layer is alive again after
/// enough consecutive cycles with enough packets. The very first packet of a layer makes it alive at once, so that a
/// subscription need not wait.
package struct LayerLiveness: Sendable {
    /// How packets are judged.
    package struct Rule: Sendable, Hashable {
        /// The length of a cycle.
        package var cycle: Duration
        /// Packets a cycle needs for a stopped layer to count as sent.
        package var packetsPerCycle: Int
        /// Cycles in a row a stopped layer needs.
        package var cyclesToRevive: Int

        /// Camera video.
        ///
        /// The lowest layer may be a few packets a second; larger layers send dozens, so a handful is noise.
        package static func camera(layer: Int) -> Rule {
            Rule(cycle: .milliseconds(500), packetsPerCycle: layer == 0 ? 1 : 5, cyclesToRevive: layer == 0 ? 1 : 2)
        }

        /// Screen shares of a still page send next to nothing, so a cycle is long and one packet is enough.
        package static let screenShare = Rule(cycle: .seconds(2), packetsPerCycle: 1, cyclesToRevive: 1)
    }

    /// Whether the layer is being sent.
    package private(set) var isAlive = false

    private let rule: Rule
    private var hasStarted = false
    private var packets = 0
    private var goodCycles = 0
    private var cycleEnd: Instant?

    /// A layer that has sent nothing yet.
    package init(rule: Rule) {
        self.rule = rule
    }

    /// Counts a packet; returns true when the layer has just come alive.
    package mutating func receivedPacket(at now: Instant) -> Bool {
        packets += 1
        if hasStarted { return false }
        hasStarted = true
        isAlive = true
        cycleEnd = now + rule.cycle
        return true
    }

    /// Ends cycles that are over; returns true when the layer has come alive or stopped.
    package mutating func advance(to now: Instant) -> Bool {
        guard let end = cycleEnd, now >= end else { return false }
        cycleEnd = now + rule.cycle
        defer { packets = 0 }
        if isAlive {
            isAlive = packets > 0
            goodCycles = 0
            return !isAlive
        }
        goodCycles = packets >= rule.packetsPerCycle ? goodCycles + 1 : 0
        isAlive = goodCycles >= rule.cyclesToRevive
        return isAlive
    }
}
