import Synchronization

/// How often a job looks at the clock.
///
/// Before the recording starts its delays are to be met closely; then only limits and grace periods are left, and waking ten times a second
/// would be a good part of what the recording of a single track costs.
final class TickRate: Sendable {
    private let isRecording = Atomic(false)

    /// From one look to the next.
    var interval: Duration { isRecording.load(ordering: .relaxed) ? .milliseconds(250) : .milliseconds(100) }

    func recordingStarted() { isRecording.store(true, ordering: .relaxed) }
}
