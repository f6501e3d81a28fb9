import Synchronization

/// One after the other for what has the same name; in the order they come.
package final class KeyedLock: Sendable {
    /// Who waits, for every name that somebody has.
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// A lock that nobody has.
    package init() {}

    /// Does `work` when everybody who came before for this name is done.
    package func withLock<T: Sendable, E: Error>(
        _ key: String,
        _ work: () async throws(E) -> T
    ) async throws(E) -> T {
        await acquire(key)
        defer { release(key) }
        return try await work()
    }

    private func acquire(_ key: String) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isFree = waiting.withLock { waiting in
                guard waiting[key] == nil else {
                    waiting[key]?.append(continuation)
                    return false
                }
                waiting[key] = []
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ key: String) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard waiting[key]?.isEmpty == false else {
                waiting[key] = nil
                return nil
            }
            return waiting[key]?.removeFirst()
        }
        next?.resume()
    }
}
