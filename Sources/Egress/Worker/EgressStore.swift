import LiveKitProtocol
import MediaWire

/// What is known of every egress, running and ended.
struct EgressStore: Sendable {
    private struct Entry {
        var info: Livekit_EgressInfo
        /// When it ended.
        var endedAt: Instant?
    }

    private var entries: [String: Entry] = [:]
    private let retention: Duration

    init(retention: Duration) {
        self.retention = retention
    }

    /// The egress with this identifier.
    func info(of id: String) -> Livekit_EgressInfo? { entries[id]?.info }

    /// How many have not ended.
    var activeCount: Int { entries.values.count { !$0.info.isOver } }

    /// Takes over how an egress stands now; false if that is no news, because it is over.
    mutating func update(_ info: Livekit_EgressInfo, at now: Instant) -> Bool {
        if let known = entries[info.egressID], known.info.isOver { return false }
        forget(at: now)
        entries[info.egressID] = Entry(info: info, endedAt: info.isOver ? now : nil)
        return true
    }

    /// Those that match the request, newest first.
    mutating func list(_ request: Livekit_ListEgressRequest, at now: Instant) -> [Livekit_EgressInfo] {
        forget(at: now)
        return entries.values.map(\.info)
            .filter { info in
                (request.roomName.isEmpty || info.roomName == request.roomName)
                    && (request.egressID.isEmpty || info.egressID == request.egressID)
                    && (!request.active || !info.isOver)
            }
            .sorted { ($0.updatedAt, $0.egressID) > ($1.updatedAt, $1.egressID) }
    }

    private mutating func forget(at now: Instant) {
        entries = entries.filter { entry in entry.value.endedAt.map { now - $0 < retention } ?? true }
        // A day of starts that fail at once must not fill the memory.
        guard entries.count > Self.maximumEntries else { return }
        let ended = entries.filter { $0.value.endedAt != nil }.sorted { $0.value.info.endedAt < $1.value.info.endedAt }
        for (id, _) in ended.prefix(entries.count - Self.maximumEntries) { entries[id] = nil }
    }

    private static let maximumEntries = 10_000
}
