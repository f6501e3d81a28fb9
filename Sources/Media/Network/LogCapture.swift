#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Collects what the codec libraries complain about on this thread, since their status values say little.
enum LogCapture {
    /// Messages kept: the first say what happened, those that follow are its consequences.
    private static let limit = 2

    private final class Lines {
        var texts: [String] = []
    }

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "the system has no thread-specific key left: error \(status)")
        return key
    }()

    /// Runs `body` and returns its result with the errors logged meanwhile on this thread, secrets concealed.
    static func run<R>(_ body: () -> R) -> (result: R, complaints: [String]) {
        let lines = Lines()
        let former = pthread_getspecific(key)
        pthread_setspecific(key, Unmanaged.passUnretained(lines).toOpaque())
        let result = body()
        pthread_setspecific(key, former)
        return (result, lines.texts)
    }

    /// Takes note of an error on this thread.
    static func add(_ text: @autoclosure () -> String) {
        guard let pointer = pthread_getspecific(key) else { return }
        let lines = Unmanaged<Lines>.fromOpaque(pointer).takeUnretainedValue()
        if lines.texts.count < limit { lines.texts.append(text()) }
    }
}
