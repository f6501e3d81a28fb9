/// A file name with placeholders, as a request gives it.
///
/// Known are `{room_id}`, `{room_name}`, `{time}` (`2006-01-02T150405`), `{utc}` (`yyyyMMddHHmmss` and three digits of
/// milliseconds), both in UTC; where there is a publisher or a track `{publisher_identity}`, `{track_id}`,
/// `{track_type}`, `{track_source}`; in a further attempt `{retry}`. Anything else in braces stays as it is. What is
/// filled in never adds a folder or climbs out of one: a room may be called `../../etc`.
public struct FileNameTemplate: Sendable, Hashable {
    /// The path as it was asked for.
    public let text: String

    /// A template; an empty one, or one that ends in `/`, stands for `<room name>-<time>`.
    public init(_ text: String) {
        self.text = text
    }

    /// The path with every placeholder filled in, ending in `.` and `fileExtension`.
    ///
    /// A known media extension is replaced by the right one; anything else after a dot belongs to the name.
    public func path(values: FileNameValues, fileExtension: String) -> String {
        "\(named(values)).\(fileExtension)"
    }

    /// The path with every placeholder filled in, leading `../` and a known extension taken off.
    func named(_ values: FileNameValues) -> String {
        let filled = filled(values)
        guard !filled.isEmpty, !filled.hasSuffix("/") else { return filled + values.defaultName }
        return withoutKnownExtension(filled)
    }

    /// The path with every placeholder filled in and leading `../` taken off.
    func filled(_ values: FileNameValues) -> String {
        var path = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            path += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}") else { break }
            let key = String(rest[rest.index(after: open)..<close])
            path += values.value(of: key) ?? String(rest[...close])
            rest = rest[rest.index(after: close)...]
        }
        path += rest
        while path.hasPrefix("../") { path.removeFirst(3) }
        return path
    }
}

/// `path` without an extension that says what is in a file, which may be wrong; others belong to the name.
func withoutKnownExtension(_ path: String) -> String {
    for known in knownExtensions where path.lowercased().hasSuffix(".\(known)") {
        return String(path.dropLast(known.count + 1))
    }
    return path
}

/// The extensions that say what is in a file and hence are replaced when they are wrong.
private let knownExtensions = ["raw", "ogg", "mp3", "ivf", "mp4", "ts", "webm", "m3u8", "jpeg", "mkv"]
