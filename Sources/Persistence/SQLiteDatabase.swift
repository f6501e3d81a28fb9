import CSQLite

/// A connection to an SQLite database; for one caller at a time.
package final class SQLiteDatabase {
    /// A value of a row or a parameter.
    package enum Value {
        /// A signed number.
        case integer(Int64)
        /// UTF-8.
        case text(String)
        /// Any bytes.
        case blob([UInt8])
    }

    private let handle: OpaquePointer

    /// Opens a database file, created if it is not there; `:memory:` for one in memory.
    package init(path: String) throws(DatabaseError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle else { throw DatabaseError("\(path) cannot be opened: out of memory") }
        guard code == SQLITE_OK else {
            let reason = String(cString: sqlite3_errmsg(handle))
            sqlite3_close_v2(handle)
            throw DatabaseError("\(path) cannot be opened: \(reason)")
        }
        self.handle = handle
        // Another process may have the file for a moment, such as a backup.
        sqlite3_busy_timeout(handle, 5000)
        try run("PRAGMA journal_mode=WAL")
        // A power cut may cost the last change, never the database.
        try run("PRAGMA synchronous=NORMAL")
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs a statement and gives the first column of each of its rows, as bytes.
    @discardableResult
    package func run(_ sql: String, _ parameters: [Value] = []) throws(DatabaseError) -> [[UInt8]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure(sql) }
        defer { sqlite3_finalize(statement) }
        for (index, value) in parameters.enumerated() {
            guard bind(value, Int32(index) + 1, statement) == SQLITE_OK else { throw failure(sql) }
        }
        var rows: [[UInt8]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append(column(of: statement))
            case SQLITE_DONE: return rows
            default: throw failure(sql)
            }
        }
    }

    /// How many rows the last statement changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    private func bind(_ value: Value, _ index: Int32, _ statement: OpaquePointer?) -> Int32 {
        switch value {
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, -1, transient)
        case .blob(let bytes): sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), transient)
        }
    }

    /// The first column.
    private func column(of statement: OpaquePointer?) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, 0) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, 0))))
    }

    private func failure(_ sql: String) -> DatabaseError {
        DatabaseError("the database refuses \"\(sql.prefix(40))…\": \(String(cString: sqlite3_errmsg(handle)))")
    }
}

/// `SQLITE_TRANSIENT`, a macro Swift does not see: the database copies what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
