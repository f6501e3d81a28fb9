import Media
import MediaWire

/// Brings packets of two kinds into the order of decoding, as segments need it: what belongs before a cut has to be there when it is
/// made.
///
/// A kind is waited for as long as the other is not too far ahead.
struct PacketInterleaver {
    /// A packet and its kind.
    struct Item {
        var packet: EncodedPacket
        var kind: MediaKind
        /// Seconds: the time of decoding, moved such that a key frame's is when it is shown.
        fileprivate var order: Double
    }

    private var queues: [MediaKind: [Item]]
    /// How much later than its decoding a kind's first packet was shown, in seconds.
    private var delays: [MediaKind: Double] = [:]

    /// Seconds by which one kind may be ahead: the kinds come within a second of each other, and encoders hold back about as much.
    static let patience = 3.0

    init(kinds: some Sequence<MediaKind>) {
        queues = Dictionary(uniqueKeysWithValues: kinds.map { ($0, []) })
    }

    /// Takes a packet and returns those whose turn it is.
    mutating func add(_ packet: EncodedPacket, of kind: MediaKind) -> [Item] {
        let ticks = Double(packet.timescale)
        let delay = delays[kind] ?? Double(packet.pts - packet.dts) / ticks
        delays[kind] = delay
        queues[kind, default: []].append(
            Item(packet: packet, kind: kind, order: Double(packet.dts) / ticks + delay)
        )
        var ready: [Item] = []
        while let kind = nextKind(isLast: false) { ready.append(take(kind)) }
        return ready
    }

    /// Returns the rest.
    mutating func flush() -> [Item] {
        var ready: [Item] = []
        while let kind = nextKind(isLast: true) { ready.append(take(kind)) }
        return ready
    }

    private mutating func take(_ kind: MediaKind) -> Item {
        guard let item = queues[kind]?.removeFirst() else { preconditionFailure("the kind has a packet") }
        return item
    }

    /// The kind whose packet is next; a picture before the sound of the same time.
    private func nextKind(isLast: Bool) -> MediaKind? {
        let fronts = queues.compactMap { kind, queue in queue.first.map { (kind: kind, order: $0.order) } }
        guard
            let first = fronts.min(by: { ($0.order, $0.kind == .audio ? 1 : 0) < ($1.order, $1.kind == .audio ? 1 : 0) }
            )
        else { return nil }
        if isLast || fronts.count == queues.count { return first.kind }
        let span = (queues[first.kind]?.last?.order ?? 0) - first.order
        return span > Self.patience ? first.kind : nil
    }
}
