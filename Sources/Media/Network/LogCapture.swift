#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Collects what the codec libraries complain about on this thread, since their status values say little.
enum LogCapture {
    private final class Note {
        /// The first says what happened, those that follow are its consequences.
        var first: String?
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "the system has no thread-specific key left: error \(status)")
        return key
    }()

    /// Runs `body` and returns its result with the first error logged meanwhile on this thread, secrets concealed.
    static func run<R>(_ body: () -> R) -> (result: R, complaint: String?) {
        let note = Note()
        let former = pthread_getspecific(key)
        pthread_setspecific(key, Unmanaged.passUnretained(note).toOpaque())
        let result = body()
        pthread_setspecific(key, former)
        return (result, note.first)
    }

    /// Takes note of an error on this thread.
    static func add(_ text: String) {
        guard let pointer = pthread_getspecific(key) else { return }
        let note = Unmanaged<Note>.fromOpaque(pointer).takeUnretainedValue()
        if note.first == nil { note.first = withoutSource(text) }
    }

    /// The text without who says it: `[tcp @ 0x55d0c8a1b2c0] `.
    private static func withoutSource(_ text: String) -> String {
        guard text.first == "[", let end = text.firstRange(of: "] ") else { return text }
        return String(text[end.upperBound...])
    }
}
