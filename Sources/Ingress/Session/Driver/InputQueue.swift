import Media
import MediaWire

/// What a source said and nobody has taken yet, with its overflow policies.
///
/// A live source cannot wait: when a picture has waited longer than `longestWait`, decoding has fallen behind, and all pictures up to the
/// newest key frame are dropped, or up to the next one to come (`dropToKeyFrame`). A file can: it is `isFull` at a bound, and
/// whoever fills it waits (`block`). Sound is small and stays. Beyond `mostBytes` even a live source's sound goes.
struct InputQueue: Sendable {
    /// What waits, and since when.
    struct Entry: Sendable {
        var item: Item
        var arrival: Instant
    }

    /// What a session is told, in order.
    enum Item: Sendable {
        /// The source said something.
        case event(InputEvent)
        /// Pictures were dropped here.
        case picturesLost
        /// The source is gone but may come back.
        case sourceLost
        /// It is back.
        case sourceResumed
    }

    /// How long a live source's picture may wait.
    static let longestWait = Duration.seconds(1)
    /// The most bytes of samples kept: two seconds of 60 Mbit/s.
    static let mostBytes = 16 << 20
    /// How many entries make a queue full for a source that can wait.
    static let mostEntries = 256
    /// The most entries kept at all.
    static let hardLimit = 16_384

    private let isPaced: Bool
    private var entries: [Entry] = []
    private var head = 0
    private var bytes = 0
    private var needsKeyFrame = false
    /// Pictures dropped since the beginning.
    private(set) var dropped = 0

    /// - Parameter isPaced: whether the source waits when the queue is full.
    init(isPaced: Bool) {
        self.isPaced = isPaced
    }

    /// Entries waiting.
    var count: Int { entries.count - head }

    /// Whether a source that can wait has to.
    var isFull: Bool { isPaced && (count >= Self.mostEntries || bytes >= Self.mostBytes / 2) }

    /// Adds an entry that came at `now`.
    mutating func push(_ item: Item, at now: Instant) {
        // Only announcements without end come this far.
        guard count < Self.hardLimit * 2, bytes < Self.mostBytes * 2 else { return }
        if let packet = item.picture {
            if needsKeyFrame, !packet.isKeyFrame {
                dropped += 1
                return
            }
            needsKeyFrame = false
        }
        bytes += item.size
        entries.append(Entry(item: item, arrival: now))
        guard !isPaced else { return }
        if isLate(at: now) || bytes > Self.mostBytes { dropToKeyFrame(at: now) }
        if bytes > Self.mostBytes || count > Self.hardLimit { dropSamples(at: now) }
    }

    /// Takes the oldest entry.
    mutating func pop() -> Entry? {
        guard head < entries.count else { return nil }
        let entry = entries[head]
        head += 1
        bytes -= entry.item.size
        // Moving the rest down only now and then keeps the cost per entry constant.
        if head == entries.count || head > 1_024 {
            entries.removeFirst(head)
            head = 0
        }
        return entry
    }

    private func isLate(at now: Instant) -> Bool {
        guard let oldest = entries[head...].first(where: { $0.item.picture != nil }) else { return false }
        return now - oldest.arrival > Self.longestWait
    }

    private mutating func dropToKeyFrame(at now: Instant) {
        let oldest = entries[head...].firstIndex { $0.item.picture != nil }
        let newestKey = entries[head...].lastIndex { $0.item.picture?.isKeyFrame == true }
        // A key frame that all the others wait behind is no way out: the next one is.
        let kept = newestKey == oldest ? nil : newestKey
        needsKeyFrame = kept == nil
        replace(at: now) { index, entry in
            entry.item.picture == nil || kept.map { index >= $0 } == true
        }
    }

    private mutating func dropSamples(at now: Instant) {
        needsKeyFrame = true
        replace(at: now) { _, entry in !entry.item.isSample }
    }

    private mutating func replace(at now: Instant, keeping isKept: (Int, Entry) -> Bool) {
        var rest: [Entry] = []
        var lost = 0
        for index in head..<entries.count {
            if isKept(index, entries[index]) {
                rest.append(entries[index])
            } else {
                if lost == 0 { rest.append(Entry(item: .picturesLost, arrival: now)) }
                lost += 1
            }
        }
        dropped += lost
        entries = rest
        head = 0
        bytes = rest.reduce(0) { $0 + $1.item.size }
    }
}

extension InputQueue.Item {
    /// The sample, if it is one of pictures.
    fileprivate var picture: EncodedPacket? {
        guard case .event(.sample(.video, let packet)) = self else { return nil }
        return packet
    }

    /// Whether it is media rather than something said about it.
    fileprivate var isSample: Bool {
        if case .event(.sample) = self { true } else { false }
    }

    /// Bytes that a peer made it large with.
    fileprivate var size: Int {
        switch self {
        case .event(.sample(_, let packet)): packet.data.count
        case .event(.track(let track)): track.header.count
        case .event(.ended), .picturesLost, .sourceLost, .sourceResumed: 0
        }
    }
}
