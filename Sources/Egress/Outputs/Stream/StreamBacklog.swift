import Media
import MediaWire

/// The packets that one URL has not taken yet: a few seconds at most.
///
/// It begins at a key frame. What a slow or broken connection leaves behind is dropped up to a later key frame, so that what
/// is sent can always be decoded.
struct StreamBacklog: Sendable {
    /// One packet.
    struct Item: Sendable {
        var kind: MediaKind
        var packet: EncodedPacket
        /// The decoding time in nanoseconds.
        var time: Int64
    }

    /// More than the four seconds between key frames of a stream, so that a whole group fits.
    static let longest = Duration.seconds(6)
    /// Six seconds at 20 Mbit/s.
    static let largest = 16 << 20

    private let hasVideo: Bool
    private var items: [Item] = []
    private var bytes = 0
    private var needsKeyFrame = true
    /// Packets dropped since the start.
    private(set) var dropped = 0

    init(hasVideo: Bool) {
        self.hasVideo = hasVideo
    }

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }

    /// Adds a packet; false if something had to be dropped to keep the backlog short.
    @discardableResult
    mutating func append(_ packet: EncodedPacket, of kind: MediaKind) -> Bool {
        let time = MediaTime(value: packet.dts, timescale: packet.timescale).nanoseconds
        let item = Item(kind: kind, packet: packet, time: time)
        if needsKeyFrame {
            // Waiting for a place to begin is no loss of a connection.
            guard isEntry(item) else { return true }
            needsKeyFrame = false
        }
        items.append(item)
        bytes += packet.data.count
        let before = dropped
        while isTooLong { dropGroup() }
        return dropped == before
    }

    /// Takes the oldest packet.
    mutating func popFirst() -> Item? {
        guard !items.isEmpty else { return nil }
        let item = items.removeFirst()
        bytes -= item.packet.data.count
        return item
    }

    /// Leaves what a new connection begins with: from the last key frame on.
    mutating func skipToLastKeyFrame() {
        if let index = items.lastIndex(where: isEntry) {
            drop(index)
        } else {
            drop(items.count)
            needsKeyFrame = true
        }
    }

    private func isEntry(_ item: Item) -> Bool {
        hasVideo ? item.kind == .video && item.packet.isKeyFrame : true
    }

    private var isTooLong: Bool {
        guard let first = items.first, let last = items.last else { return false }
        return bytes > Self.largest || last.time - first.time > Self.longest.nanoseconds
    }

    private mutating func dropGroup() {
        if let index = items.dropFirst().firstIndex(where: isEntry) {
            drop(index)
        } else {
            drop(items.count)
            needsKeyFrame = true
        }
    }

    private mutating func drop(_ count: Int) {
        for item in items.prefix(count) { bytes -= item.packet.data.count }
        items.removeFirst(count)
        dropped += count
    }
}
