import MediaWire
import NIOCore

/// What is to be published, oldest first: the front part is sent and waits for Redis' word, the rest is yet to be sent.
///
/// After a lost connection everything is unsent again. A publication whose confirmation was lost may thus go out
/// twice, which the RPC notices by its ids; its place among the others stays the same.
struct PublishQueue {
    /// A payload on its way.
    struct Entry: Equatable {
        let id: Int
        let channel: String
        let payload: [UInt8]
        let deadline: Instant
        /// Nobody waits for it any more: it is kept only because Redis will answer to it.
        var isAbandoned = false
    }

    /// Bounds what waits during an outage.
    static let maximumEntries = 10_000
    /// The same in bytes.
    static let maximumBytes = 64 << 20

    private var entries = CircularBuffer<Entry>()
    private var sent = 0
    private var bytes = 0

    /// How many wait, sent or not.
    var count: Int { entries.count }

    /// When the first of them is given up; nil when none waits.
    var deadline: Instant? { entries.first { !$0.isAbandoned }?.deadline }

    /// Adds a payload at the end; false when there is no room.
    mutating func add(_ entry: Entry) -> Bool {
        guard entries.count < Self.maximumEntries, bytes + entry.payload.count <= Self.maximumBytes else {
            return false
        }
        entries.append(entry)
        bytes += entry.payload.count
        return true
    }

    /// What is to be sent now, in order.
    mutating func takeUnsent() -> [Entry] {
        defer { sent = entries.count }
        return Array(entries.dropFirst(sent))
    }

    /// Redis answered to the oldest that was sent.
    ///
    /// Gives whose it was; nil when nobody waits for it.
    mutating func answered() -> Int? {
        guard sent > 0, let entry = entries.popFirst() else { return nil }
        sent -= 1
        bytes -= entry.payload.count
        return entry.isAbandoned ? nil : entry.id
    }

    /// The connection is gone.
    mutating func lost() {
        sent = 0
        remove { $0.isAbandoned }
    }

    /// Nobody waits for this one any more.
    ///
    /// Not sent yet, it will not be.
    mutating func abandon(_ id: Int) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        if entries.distance(from: entries.startIndex, to: index) < sent {
            entries[index].isAbandoned = true
        } else {
            bytes -= entries.remove(at: index).payload.count
        }
    }

    /// Gives up what has waited too long, and says whose it was.
    mutating func expire(_ now: Instant) -> [Int] {
        let late = entries.filter { !$0.isAbandoned && $0.deadline <= now }.map(\.id)
        for id in late { abandon(id) }
        return late
    }

    /// Everybody who waits, for the end.
    mutating func removeAll() -> [Int] {
        defer {
            entries.removeAll()
            sent = 0
            bytes = 0
        }
        return entries.filter { !$0.isAbandoned }.map(\.id)
    }

    private mutating func remove(where isGone: (Entry) -> Bool) {
        let kept = entries.filter { !isGone($0) }
        entries = CircularBuffer(kept)
        bytes = entries.reduce(0) { $0 + $1.payload.count }
    }
}
