public import LiveKitProtocol
import Persistence
import SwiftProtobuf
import Synchronization

/// The ingresses of one machine, in a file or in memory.
///
/// Calls take well under a millisecond and exclude each other.
public final class SQLiteIngressStore: IngressStore {
    private let database: Mutex<SQLiteDatabase>

    /// Opens the store.
    ///
    /// - Parameter path: the file, created if it is not there; nil keeps everything in memory.
    public init(path: String?) throws(IngressStoreError) {
        do throws(DatabaseError) {
            let database = try SQLiteDatabase(path: path ?? ":memory:")
            try database.run(
                """
                CREATE TABLE IF NOT EXISTS ingress (
                    id TEXT PRIMARY KEY, room TEXT NOT NULL, stream_key TEXT UNIQUE, info BLOB NOT NULL
                ) WITHOUT ROWID
                """
            )
            try database.run("CREATE INDEX IF NOT EXISTS ingress_room ON ingress (room)")
            self.database = Mutex(database)
        } catch { throw IngressStoreError(error.description) }
    }

    /// Stores a new ingress; false if its identifier is taken.
    public func create(_ info: Livekit_IngressInfo) async throws(IngressStoreError) -> Bool {
        try withDatabase { database in
            try database.run(
                """
                INSERT INTO ingress (id, room, stream_key, info) VALUES (?, ?, NULLIF(?, ''), ?)
                ON CONFLICT (id) DO NOTHING
                """,
                [.text(info.ingressID), .text(info.roomName), .text(info.streamKey), .blob(try info.storedBytes())]
            )
            return database.changes > 0
        }
    }

    /// Replaces what is stored by what `change` makes of it.
    @discardableResult
    public func update(
        _ id: String,
        _ change: @Sendable (Livekit_IngressInfo) -> Livekit_IngressInfo?
    ) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        try withDatabase { database in
            guard let stored = try Self.info(where: "id", is: id, in: database), let changed = change(stored) else {
                return nil
            }
            try database.run(
                "UPDATE ingress SET room = ?, info = ? WHERE id = ?",
                [.text(changed.roomName), .blob(try changed.storedBytes()), .text(id)]
            )
            return changed
        }
    }

    /// Forgets an ingress.
    public func delete(_ id: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        try withDatabase { database in
            let stored = try Self.info(where: "id", is: id, in: database)
            try database.run("DELETE FROM ingress WHERE id = ?", [.text(id)])
            return stored
        }
    }

    /// The ingress with this identifier.
    public func info(of id: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        try withDatabase { database in try Self.info(where: "id", is: id, in: database) }
    }

    /// The ingress that this stream key publishes to.
    public func info(streamKey: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        try withDatabase { database in try Self.info(where: "stream_key", is: streamKey, in: database) }
    }

    /// Every ingress, or those of a room.
    public func list(room: String?) async throws(IngressStoreError) -> [Livekit_IngressInfo] {
        try withDatabase { database in
            let rows =
                if let room {
                    try database.run("SELECT info FROM ingress WHERE room = ?", [.text(room)])
                } else {
                    try database.run("SELECT info FROM ingress")
                }
            return try rows.map { try Livekit_IngressInfo.stored($0) }
        }
    }

    private func withDatabase<T: Sendable>(
        _ body: (SQLiteDatabase) throws -> T
    ) throws(IngressStoreError) -> T {
        let result = database.withLock { database -> Result<T, IngressStoreError> in
            do { return .success(try body(database)) } catch let error as IngressStoreError {
                return .failure(error)
            } catch { return .failure(IngressStoreError("\(error)")) }
        }
        return try result.get()
    }

    private static func info(
        where column: String,
        is value: String,
        in database: SQLiteDatabase
    ) throws -> Livekit_IngressInfo? {
        let rows = try database.run("SELECT info FROM ingress WHERE \(column) = ?", [.text(value)])
        return try rows.first.map { try Livekit_IngressInfo.stored($0) }
    }
}

extension Livekit_IngressInfo {
    /// Reads what `storedBytes` gave.
    static func stored(_ bytes: [UInt8]) throws(IngressStoreError) -> Livekit_IngressInfo {
        do { return try Livekit_IngressInfo(serializedBytes: bytes) } catch {
            throw IngressStoreError("a stored ingress of \(bytes.count) bytes cannot be read")
        }
    }

    /// As it is stored.
    func storedBytes() throws(IngressStoreError) -> [UInt8] {
        do { return try serializedBytes() } catch {
            throw IngressStoreError("ingress \(ingressID) cannot be written")
        }
    }
}
