/// The order of the files that wait, and which of them newer ones have taken the place of.
struct UploadQueue: Sendable {
    private var waiting: [(id: Int, key: String, isReplacing: Bool)] = []

    var isEmpty: Bool { waiting.isEmpty }

    /// Appends a file and returns those that need not be sent any more: older ones of the same key, if it replaces.
    mutating func append(_ id: Int, key: String, isReplacing: Bool) -> [Int] {
        var superseded: [Int] = []
        if isReplacing {
            superseded = waiting.filter { $0.isReplacing && $0.key == key }.map(\.id)
            waiting.removeAll { $0.isReplacing && $0.key == key }
        }
        waiting.append((id, key, isReplacing))
        return superseded
    }

    /// Takes the oldest one out.
    mutating func next() -> Int? {
        waiting.isEmpty ? nil : waiting.removeFirst().id
    }
}
