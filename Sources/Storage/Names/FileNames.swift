/// What the files of one recording are called, as keys of a storage.
///
/// A template is filled in, leading `../` is taken off, a known wrong extension is replaced and an empty name becomes
/// `<room name>-<time>` (`FileNameTemplate`). A leading `/` stays: it is part of an object's key, and local storage
/// judges it.
public struct FileNames: Sendable, Hashable {
    /// What the placeholders stand for.
    public let values: FileNameValues

    /// The names of a recording with these values.
    public init(_ values: FileNameValues) {
        self.values = values
    }

    /// The key of a file that was asked for as `path`; `fileExtension` is without a dot.
    public func file(_ path: String, fileExtension: String) -> String {
        FileNameTemplate(path).path(values: values, fileExtension: fileExtension)
    }

    /// The names of segments and their playlists.
    ///
    /// Whichever of prefix and playlist is missing is named after the other; the segments lie in the playlist's folder
    /// or below it.
    ///
    /// - Throws: `StorageError.invalid` if the live playlist lies elsewhere than the playlist or has its name, or if the
    ///   segments are to lie outside the playlist's folder.
    public func segments(prefix: String, playlist: String, livePlaylist: String?) throws(StorageError) -> SegmentNames {
        var (folder, name) = split(FileNameTemplate(playlist).filled(values))
        var (segmentFolder, segmentName) = split(FileNameTemplate(prefix).filled(values))
        let (liveFolder, liveName) = split(FileNameTemplate(livePlaylist ?? "").filled(values))

        if folder.isEmpty { (folder, segmentFolder) = (segmentFolder, "") }
        if segmentFolder.hasPrefix(folder) {
            segmentFolder.removeFirst(folder.count)
        } else if segmentFolder.hasPrefix("/") {
            throw StorageError.invalid(
                path: prefix,
                reason: "segments have to lie in the playlist's folder or below it"
            )
        }
        guard liveFolder.isEmpty || liveFolder == folder else {
            throw StorageError.invalid(
                path: livePlaylist ?? "",
                reason: "live_playlist_name must be in same directory as playlist_name"
            )
        }
        name = withoutKnownExtension(name)
        segmentName = withoutKnownExtension(segmentName)
        let live = withoutKnownExtension(liveName)
        if name.isEmpty { name = segmentName.isEmpty ? values.defaultName : segmentName }
        if segmentName.isEmpty { segmentName = name }
        guard live != name else {
            throw StorageError.invalid(
                path: livePlaylist ?? "",
                reason: "live_playlist_name cannot be identical to playlist_name"
            )
        }
        return SegmentNames(
            folder: folder,
            playlist: "\(name).m3u8",
            livePlaylist: live.isEmpty ? nil : "\(live).m3u8",
            prefix: segmentFolder + segmentName
        )
    }

    /// The names of still images that were asked for with `prefix`.
    public func images(prefix: String) -> ImageNames {
        ImageNames(prefix: FileNameTemplate(prefix).named(values))
    }

    /// The key of the manifest that belongs beside the object `key`.
    public func manifest(beside key: String, egressID: String) -> String {
        "\(split(key).folder)\(egressID).json"
    }

    /// Whether a further attempt may use this template without overwriting an earlier one's files.
    ///
    /// An explicit path has to contain `{retry}`; a default name does by itself.
    public static func supportsRetry(_ path: String) -> Bool {
        path.isEmpty || path.hasSuffix("/") || path.contains("{retry}")
    }
}

/// The part up to and with the last `/`, and the rest.
private func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
}
