/// Holds what one thread makes at its first use and keeps using.
///
/// `Pacer` calls its step on one thread only, which is what makes the box safe to share with it.
final class ThreadBox<Content: ~Copyable>: @unchecked Sendable {
    // Sendable: used by the one thread that a `Pacer` runs.
    private var content: Content?

    init() { content = nil }

    /// Makes the content if there is none yet, then lets `body` change it.
    func use(making make: () throws -> Content, _ body: (inout Content) throws -> Void) throws {
        if var kept = content.take() {
            do {
                try body(&kept)
            } catch {
                content = consume kept
                throw error
            }
            content = consume kept
        } else {
            content = try make()
            try use(making: make, body)
        }
    }
}
