import Foundation
import Storage
import Synchronization

/// A store that also keeps the last version of every playlist it is given, beside its uploads.
///
/// A playlist that nobody ends says to players for ever that there is more to come. Should the job die, whoever
/// completes what it has left finds it here.
final class PlaylistKeeper: OutputStore {
    private let store: any OutputStore
    private let folder: String
    private let numbers = Mutex<[String: Int]>([:])

    /// Wraps `store`, whose uploads are in `folder`.
    init(_ store: any OutputStore, folder: String) {
        self.store = store
        self.folder = Self.path(folder)
    }

    func submit(
        _ path: String,
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        store.submit(path, as: key, contentType: contentType, replacing: replacing, completion: completion)
    }

    func submit(
        _ bytes: [UInt8],
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        if key.hasSuffix(".m3u8") { keep(KeptPlaylist(key: key, contentType: contentType, bytes: bytes)) }
        store.submit(bytes, as: key, contentType: contentType, replacing: replacing, completion: completion)
    }

    func growing(_ path: String, as key: String, contentType: String) -> any GrowingFile {
        store.growing(path, as: key, contentType: contentType)
    }

    var backupWasUsed: Bool { store.backupWasUsed }

    /// Losing it costs no more than the playlist's end, and that only after a crash.
    private func keep(_ playlist: KeptPlaylist) {
        let number = numbers.withLock { numbers in
            let number = numbers[playlist.key] ?? numbers.count
            numbers[playlist.key] = number
            return number
        }
        guard let data = try? JSONEncoder().encode(playlist) else { return }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try? data.write(to: URL(fileURLWithPath: "\(folder)/\(number).json"), options: .atomic)
    }

    /// The playlists that were kept for the uploads in `folder`.
    static func playlists(of folder: String) -> [KeptPlaylist] {
        let path = path(folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: "\(path)/\(name)")
                .flatMap { try? JSONDecoder().decode(KeptPlaylist.self, from: $0) }
        }
    }

    private static func path(_ folder: String) -> String { "\(folder)-playlists" }
}

/// A playlist as it was handed over last.
struct KeptPlaylist: Codable, Sendable, Hashable {
    var key: String
    var contentType: String
    var bytes: [UInt8]

    /// The playlist with its end; nil if it has ended.
    var ended: KeptPlaylist? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.contains(Self.end) else { return nil }
        var playlist = self
        playlist.bytes += (text.hasSuffix("\n") ? "" : "\n").utf8
        playlist.bytes += "\(Self.end)\n".utf8
        return playlist
    }

    /// RFC 8216 §4.3.3.4.
    private static let end = "#EXT-X-ENDLIST"
}
