import Foundation
import MediaWire

/// A value that threads change and wait for.
final class Monitor<Value>: @unchecked Sendable {
    // Sendable: the value is touched only while the condition's lock is held.
    private let condition = NSCondition()
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
    }

    /// Changes the value and wakes whoever waits.
    func update<Result>(_ body: (inout Value) -> Result) -> Result {
        condition.lock()
        defer {
            condition.broadcast()
            condition.unlock()
        }
        return body(&value)
    }

    /// Waits until `body` returns something, at most for `timeout` if there is one; whoever waits as well is woken then.
    func wait<Result>(atMost timeout: Duration? = nil, until body: (inout Value) -> Result?) -> Result? {
        let deadline = timeout.map { Date(timeIntervalSinceNow: $0.inSeconds) }
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = body(&value) {
                condition.broadcast()
                return result
            }
            if let deadline {
                guard condition.wait(until: deadline) else { return nil }
            } else {
                condition.wait()
            }
        }
    }
}
