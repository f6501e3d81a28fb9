import Synchronization

/// One file on its way: what has been sent, and who waits for what.
final class UploadItem: Sendable {
    typealias Completion = @Sendable (Result<StoredObject, StorageError>) -> Void

    let id: Int
    let path: String
    let key: String
    let contentType: String
    let grows: Bool
    let isReplacing: Bool

    private struct State {
        var plan: UploadPlan
        /// Whether what was begun lies in the backup storage.
        var isInBackup: Bool
        /// Counts changes from outside, so that none is slept through.
        var version = 0
        var waiter: CheckedContinuation<Void, Never>?
        var interruption: Interruption?
        var completions: [Completion] = []
        var outcome: Result<StoredObject, StorageError>?
    }

    /// Why an upload is not carried on.
    enum Interruption {
        /// Nobody wants the object.
        case cancelled
        /// Whoever wrote the file is gone; a later session may carry it on.
        case abandoned
    }

    private let state: Mutex<State>

    init(
        id: Int,
        path: String,
        key: String,
        contentType: String,
        grows: Bool,
        isReplacing: Bool,
        plan: UploadPlan,
        isInBackup: Bool = false
    ) {
        self.id = id
        self.path = path
        self.key = key
        self.contentType = contentType
        self.grows = grows
        self.isReplacing = isReplacing
        state = Mutex(State(plan: plan, isInBackup: isInBackup))
    }

    /// The plan, whether it is for the backup, and the count of changes that it includes.
    var snapshot: (plan: UploadPlan, isInBackup: Bool, interruption: Interruption?, version: Int) {
        state.withLock { ($0.plan, $0.isInBackup, $0.interruption, $0.version) }
    }

    /// Notes what the store has done.
    func note(_ change: (inout UploadPlan) -> Void) {
        state.withLock { change(&$0.plan) }
    }

    /// Notes that the store has a part, unless its content is another one by now than it was in `plan`.
    func note(part number: Int, tag: String, of plan: UploadPlan) -> Bool {
        state.withLock { state in
            let (before, now) = (plan.content(of: number), state.plan.content(of: number))
            guard before.range == now.range, before.head == now.head else { return false }
            state.plan.sent(part: number, tag: tag)
            return true
        }
    }

    /// Sends everything anew, to the backup or not.
    func startOver(isInBackup: Bool) {
        state.withLock {
            $0.plan.startOver()
            $0.isInBackup = isInBackup
        }
    }

    func grow(to length: Int64) {
        change { $0.plan.grow(to: length) }
    }

    /// The file has ended.
    ///
    /// - Returns: the outcome, if the upload was given up before; then `completion` is not kept.
    func end(_ ending: FileEnding, _ completion: @escaping Completion) -> Result<StoredObject, StorageError>? {
        change { state in
            if let outcome = state.outcome { return outcome }
            state.plan.end(ending)
            state.completions.append(completion)
            return nil
        }
    }

    func interrupt(_ interruption: Interruption) {
        change { state in
            guard state.interruption == nil else { return }
            if interruption == .abandoned, state.plan.ending != nil { return }
            state.interruption = interruption
        }
    }

    /// Waits for a change after the one counted as `version`.
    func change(after version: Int) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                guard state.version == version else { return true }
                state.waiter = continuation
                return false
            }
            if isDue { continuation.resume() }
        }
    }

    func add(_ completions: [Completion]) {
        state.withLock { $0.completions += completions }
    }

    func takeCompletions() -> [Completion] {
        state.withLock { state in
            defer { state.completions = [] }
            return state.completions
        }
    }

    /// Keeps the outcome and returns those who wait for it.
    func conclude(_ outcome: Result<StoredObject, StorageError>) -> [Completion] {
        state.withLock { state in
            state.outcome = outcome
            defer { state.completions = [] }
            return state.completions
        }
    }

    private func change<T>(_ body: (inout State) -> T) -> T where T: Sendable {
        let (result, waiter) = state.withLock { state in
            let result = body(&state)
            state.version += 1
            defer { state.waiter = nil }
            return (result, state.waiter)
        }
        waiter?.resume()
        return result
    }
}
