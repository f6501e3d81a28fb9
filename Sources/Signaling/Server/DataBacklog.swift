package import MediaWire

/// Reliable data for a participant whose channels are not open yet.
///
/// What others send is worth keeping for a moment, so that a joiner does not miss the first words; what the server API
/// sends is kept until it can be delivered.
package struct DataBacklog: Sendable {
    /// How long others' data is kept.
    package static let keepTime = Duration.seconds(2)
    /// The most that is kept, in bytes: the oldest goes first.
    package static let maximumBytes = 100_000

    private struct Entry {
        var payload: [UInt8]
        var expires: Instant?
    }

    private var entries: [Entry] = []
    private var bytes = 0

    /// Nothing kept.
    package init() {}

    /// Keeps a message.
    ///
    /// `expires`: whether it is only worth delivering soon.
    package mutating func append(_ payload: [UInt8], expires: Bool, at now: Instant) {
        entries.removeAll { entry in
            guard let end = entry.expires, end <= now else { return false }
            bytes -= entry.payload.count
            return true
        }
        entries.append(Entry(payload: payload, expires: expires ? now + Self.keepTime : nil))
        bytes += payload.count
        while bytes > Self.maximumBytes { bytes -= entries.removeFirst().payload.count }
    }

    /// Takes out everything that is still worth delivering, oldest first.
    package mutating func drain(at now: Instant) -> [[UInt8]] {
        defer {
            entries = []
            bytes = 0
        }
        return entries.filter { $0.expires.map { $0 > now } ?? true }.map(\.payload)
    }
}
