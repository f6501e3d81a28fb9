import Dispatch
import Glibc

/// A thread of its own for codecs and composition, which must not occupy the cooperative pool.
package final class WorkThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a thread; `name` has at most 15 bytes, which is what the system shows.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Work(name: name, ended: ended, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // FFmpeg's and x264's frames on the stack need more than some systems give to secondary threads.
        pthread_attr_setstacksize(&attributes, 4 << 20)
        var thread = pthread_t()
        let result = pthread_create(&thread, &attributes, runWork, box.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(result == 0, "the system refuses another thread: error \(result)")
    }

    /// Lets the calling thread rest.
    package static func sleep(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return }
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }

    /// Waits until the thread is done; may be called once.
    package func join() {
        ended.wait()
    }
}

private final class Work: Sendable {
    let name: String
    let ended: DispatchSemaphore
    let body: @Sendable () -> Void

    init(name: String, ended: DispatchSemaphore, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.ended = ended
        self.body = body
    }
}

private func runWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    GNUFunctions.nameThread(work.name)
    work.body()
    work.ended.signal()
    return nil
}
