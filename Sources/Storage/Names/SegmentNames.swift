/// What segments and playlists are called.
public struct SegmentNames: Sendable, Hashable {
    /// The playlists' folder, ending in `/`, or empty.
    public let folder: String
    /// The playlist's name in its folder.
    public let playlist: String
    /// The live playlist's name in the same folder; nil for none.
    public let livePlaylist: String?
    /// The segments' names begin with this, relative to the playlists' folder.
    public let prefix: String

    /// The key of what `name` stands for in a playlist.
    public func key(_ name: String) -> String { folder + name }

    /// The playlist's key.
    public var playlistKey: String { key(playlist) }

    /// The live playlist's key.
    public var livePlaylistKey: String? { livePlaylist.map(key) }

    /// A segment's name, as a playlist gives it, by its number.
    public func segment(index: Int, fileExtension: String) -> String {
        "\(prefix)_\(fiveDigits(index)).\(fileExtension)"
    }

    /// A segment's name, as a playlist gives it, by its start.
    public func segment(unixMilliseconds: Int64, fileExtension: String) -> String {
        "\(prefix)_\(CalendarTime(unixMilliseconds: unixMilliseconds).utc).\(fileExtension)"
    }

    /// The name of the fragmented MP4's initialisation segment.
    public func initialization(fileExtension: String = "mp4") -> String {
        "\(prefix)_init.\(fileExtension)"
    }
}

/// What still images are called.
public struct ImageNames: Sendable, Hashable {
    /// The keys begin with this.
    public let prefix: String

    /// An image's key by its number.
    public func image(index: Int) -> String { "\(prefix)_\(fiveDigits(index)).jpeg" }

    /// An image's key by its time.
    public func image(unixMilliseconds: Int64) -> String {
        "\(prefix)_\(CalendarTime(unixMilliseconds: unixMilliseconds).utc).jpeg"
    }

    /// The key of the one image that is overwritten each time.
    public var single: String { "\(prefix).jpeg" }
}

private func fiveDigits(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 5 - text.count)) + text
}
