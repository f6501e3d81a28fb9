import Logging
import MediaWire

/// Says in the log what a source makes us leave out, once in a while rather than for every sample.
struct TroubleLog {
    /// The time between two entries.
    private static let interval = Duration.seconds(10)

    private var broken = 0
    private var dropped = 0
    private var lastAt: Instant?

    /// Takes the counts so far, and logs what is new about them.
    mutating func note(broken: Int, dropped: Int, at now: Instant, _ logger: Logger) {
        guard broken != self.broken || dropped != self.dropped else { return }
        guard lastAt.map({ now - $0 >= Self.interval }) ?? true else { return }
        let metadata: Logger.Metadata = [
            "undecodable": "\(broken - self.broken)", "dropped": "\(dropped - self.dropped)",
        ]
        logger.warning("samples of the source were left out", metadata: metadata)
        (self.broken, self.dropped, lastAt) = (broken, dropped, now)
    }
}
