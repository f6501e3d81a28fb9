import MediaWire

/// Where a publisher's media goes, beyond the publisher's connections; everything happens on the hub's loop.
protocol WHIPDestination: AnyObject, Sendable {
    /// Where the publisher's timeline begins, the same for all its connections.
    var origin: Instant { get }
    /// A connection takes over; one before it is sent away. False if the destination has ended.
    func attach(_ session: WHIPSession, media: OfferedMedia) -> Bool
    /// A sample came.
    func receive(_ sample: WHIPSample)
    /// What arrives.
    func noted(_ state: WHIPInputState)
    /// The connection is silent, and may come back by itself.
    func interrupted(_ session: WHIPSession, reason: String)
    /// It has come back.
    func recovered(_ session: WHIPSession)
    /// The connection is over.
    func detached(_ session: WHIPSession, _ ending: WHIPSessionEnding)
    /// An admitted publisher could not be connected; ends a destination that never had one.
    func declined(_ reason: String)
    /// Ends for good, with whatever connection there is.
    func end(_ reason: WHIPEnd)
}

/// Why a connection is over.
enum WHIPSessionEnding: Sendable, Hashable {
    /// The publisher said so.
    case deleted
    /// The publisher is not heard any more.
    case lost(String)
    /// It never sent anything.
    case neverStarted(String)
    /// Its place is taken, or its destination has ended.
    case displaced
}
