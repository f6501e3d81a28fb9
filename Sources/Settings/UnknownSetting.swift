/// A key of a configuration file that nothing reads.
public struct UnknownSetting: Sendable, Hashable, CustomStringConvertible {
    /// Where it stands, such as `cpu_cost.room_cpu_cost`.
    public var path: String
    /// The known key most like it; nil if none is like it.
    public var nearest: String?

    /// An unknown key.
    public init(path: String, nearest: String?) {
        self.path = path
        self.nearest = nearest
    }

    /// A line for the log.
    public var description: String {
        let hint = nearest.map { " (did you mean \($0)?)" } ?? ""
        return "\(path) is not a setting: ignored\(hint)"
    }
}

/// The name most like `name`; nil when none is so like it that it could have been meant.
func nearestName(to name: String, among names: Set<String>) -> String? {
    let limit = max(1, name.count / 3)
    let ranked = names.map { (name: $0, distance: editDistance(Array($0.utf8), Array(name.utf8))) }
    let best = ranked.min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let best, best.distance <= limit else { return nil }
    return best.name
}

/// How many letters have to be put in, taken out or replaced to make one text the other (Levenshtein's distance).
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in second.enumerated() {
            let above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
            diagonal = above
        }
    }
    return row[second.count]
}
