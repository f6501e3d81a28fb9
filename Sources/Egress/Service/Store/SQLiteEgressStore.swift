public import LiveKitProtocol
import Persistence
import SwiftProtobuf
import Synchronization

/// The egresses of one machine, in a file or in memory.
///
/// Calls take well under a millisecond and exclude each other.
public final class SQLiteEgressStore: EgressInfoStore {
    private let database: Mutex<SQLiteDatabase>

    /// Opens the store.
    ///
    /// - Parameter path: the file, created if it is not there; nil keeps everything in memory.
    public init(path: String?) throws(EgressStoreError) {
        do throws(DatabaseError) {
            let database = try SQLiteDatabase(path: path ?? ":memory:")
            try database.run(
                """
                CREATE TABLE IF NOT EXISTS egress (
                    id TEXT PRIMARY KEY, room TEXT NOT NULL, ended_at INTEGER NOT NULL, info BLOB NOT NULL
                ) WITHOUT ROWID
                """
            )
            try database.run("CREATE INDEX IF NOT EXISTS egress_room ON egress (room)")
            self.database = Mutex(database)
        } catch { throw EgressStoreError(error.description) }
    }

    /// Stores a new egress; false if its identifier is taken.
    public func create(_ info: Livekit_EgressInfo) async throws(EgressStoreError) -> Bool {
        try withDatabase { database in
            try database.run(
                "INSERT INTO egress (id, room, ended_at, info) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                try Self.values(info)
            )
            return database.changes > 0
        }
    }

    /// Replaces what is stored by what `change` makes of it.
    @discardableResult
    public func update(
        _ id: String,
        _ change: @Sendable (Livekit_EgressInfo?) -> Livekit_EgressInfo?
    ) async throws(EgressStoreError) -> Livekit_EgressInfo? {
        try withDatabase { database in
            let stored = try Self.info(of: id, in: database)
            guard let changed = change(stored) else { return nil }
            try database.run(
                "INSERT OR REPLACE INTO egress (id, room, ended_at, info) VALUES (?, ?, ?, ?)",
                try Self.values(changed)
            )
            return changed
        }
    }

    /// The egress with this identifier.
    public func info(of id: String) async throws(EgressStoreError) -> Livekit_EgressInfo? {
        try withDatabase { database in try Self.info(of: id, in: database) }
    }

    /// Every egress, or those of a room.
    public func list(room: String?) async throws(EgressStoreError) -> [Livekit_EgressInfo] {
        let rows = try withDatabase { database in
            if let room {
                try database.run("SELECT info FROM egress WHERE room = ?", [.text(room)])
            } else {
                try database.run("SELECT info FROM egress")
            }
        }
        return try rows.map { (row) throws(EgressStoreError) in try .stored(row) }
    }

    /// Forgets what ended before a time, Unix nanoseconds.
    public func forget(endedBefore time: Int64) async throws(EgressStoreError) {
        try withDatabase { database in
            _ = try database.run("DELETE FROM egress WHERE ended_at > 0 AND ended_at < ?", [.integer(time)])
        }
    }

    private func withDatabase<T: Sendable>(
        _ body: (SQLiteDatabase) throws -> T
    ) throws(EgressStoreError) -> T {
        let result = database.withLock { database -> Result<T, EgressStoreError> in
            do { return .success(try body(database)) } catch let error as EgressStoreError {
                return .failure(error)
            } catch { return .failure(EgressStoreError("\(error)")) }
        }
        return try result.get()
    }

    private static func info(of id: String, in database: SQLiteDatabase) throws -> Livekit_EgressInfo? {
        guard let row = try database.run("SELECT info FROM egress WHERE id = ?", [.text(id)]).first else { return nil }
        return try .stored(row)
    }

    private static func values(_ info: Livekit_EgressInfo) throws(EgressStoreError) -> [SQLiteDatabase.Value] {
        [.text(info.egressID), .text(info.roomName), .integer(info.endedAt), .blob(try info.storedBytes())]
    }
}

extension Livekit_EgressInfo {
    /// Reads what `storedBytes` gave.
    static func stored(_ bytes: [UInt8]) throws(EgressStoreError) -> Livekit_EgressInfo {
        do { return try Livekit_EgressInfo(serializedBytes: bytes) } catch {
            throw EgressStoreError("a stored egress of \(bytes.count) bytes cannot be read")
        }
    }

    /// As it is stored, here and by LiveKit's server.
    func storedBytes() throws(EgressStoreError) -> [UInt8] {
        do { return try serializedBytes() } catch {
            throw EgressStoreError("egress \(egressID) cannot be written")
        }
    }
}
