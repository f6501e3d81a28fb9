internal import MediaWire

/// Deadlines of many owners, the earliest at hand; an entry that has been overtaken stays until it comes up.
struct DeadlineHeap {
    struct Entry {
        let deadline: Instant
        let owner: Int
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var earliest: Entry? { entries.first }

    mutating func insert(_ deadline: Instant, owner: Int) {
        entries.append(Entry(deadline: deadline, owner: owner))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].deadline < entries[parent].deadline else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeEarliest() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < entries.count else { return }
            let right = left + 1
            let isRightEarlier = right < entries.count && entries[right].deadline < entries[left].deadline
            let child = isRightEarlier ? right : left
            guard entries[child].deadline < entries[parent].deadline else { return }
            entries.swapAt(child, parent)
            parent = child
        }
    }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
