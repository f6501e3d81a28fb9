import MediaWire

/// What waits for a session's thread: what the source said, in order, and what must not wait behind it.
final class Mailbox: Sendable {
    /// What is done before anything that waits.
    enum Command: Sendable {
        /// The room took a track.
        case published(any PublishedTrack, MediaKind)
        /// The room was joined.
        case joined(roomID: String)
        /// Tracks may have other names.
        case tracksRenamed
        /// The session is over.
        case end(IngressSessionEnd)
    }

    private struct State {
        var queue: InputQueue
        var commands: [Command] = []
        var isClosed = false
    }

    private let state: Monitor<State>

    init(isPaced: Bool) {
        state = Monitor(State(queue: InputQueue(isPaced: isPaced)))
    }

    /// Adds what came at `now`; waits while the queue of a source that can wait is full.
    func add(_ item: InputQueue.Item, at now: Instant) {
        _ = state.wait { state -> Void? in
            if state.isClosed { return () }
            guard !state.queue.isFull else { return nil }
            state.queue.push(item, at: now)
            return ()
        }
    }

    /// Adds a command.
    func add(_ command: Command) {
        state.update { $0.commands.append(command) }
    }

    /// Takes all commands, and the oldest entry if one is wanted; waits up to `timeout` for either.
    func take(entry wantsEntry: Bool, atMost timeout: Duration) -> (commands: [Command], entry: InputQueue.Entry?) {
        let taken = state.wait(atMost: timeout) { state -> (commands: [Command], entry: InputQueue.Entry?)? in
            if !state.commands.isEmpty {
                defer { state.commands = [] }
                return (state.commands, nil)
            }
            guard wantsEntry, let entry = state.queue.pop() else { return nil }
            return ([], entry)
        }
        return taken ?? ([], nil)
    }

    /// Pictures dropped since the beginning because they came faster than they were decoded.
    var dropped: Int { state.update { $0.queue.dropped } }

    /// Nothing is taken any more: whoever waits goes on.
    func close() {
        state.update { $0.isClosed = true }
    }
}
