import Foundation

/// Starts threads for codecs, which must not occupy the cooperative pool.
enum SessionThread {
    /// Runs `body` on a thread of its own; `name` has at most 15 bytes, which is what the system shows.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.name = name
        // FFmpeg's and x264's frames on the stack need more than some systems give to secondary threads.
        thread.stackSize = 4 << 20
        thread.start()
    }
}
