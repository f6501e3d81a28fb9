import Glibc
import Synchronization

/// One end of the socket between a worker and a job's process.
///
/// Sending is for any thread, receiving for one. It owns the descriptor.
package final class JobLink: Sendable {
    private let descriptor: Int32
    private let sending = Mutex(())

    /// Takes over a connected stream socket.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends a message; false if the other end is gone.
    @discardableResult
    package func send<Message: LinkMessage>(message: Message) -> Bool {
        guard let bytes = try? message.serialized(), bytes.count <= Message.maximumLength else { return false }
        return sending.withLock { _ in bytes.withUnsafeBytes { write($0) } }
    }

    /// Waits for the next message; nil when the other end is gone or does not speak our language.
    package func receiveMessage<Message: LinkMessage>() -> Message? {
        while true {
            guard let header = read(4) else { return nil }
            let length = header.reduce(0) { $0 << 8 | Int($1) }
            guard (1...Message.maximumLength).contains(length), let body = read(length) else { return nil }
            // A message of another version is skipped.
            if let message = Message(body: body) { return message }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.send(descriptor, rest.baseAddress, rest.count, noSignal)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
        return true
    }

    /// Ends the conversation: a `receive()` that waits returns nil.
    package func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let result = bytes[received...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { return nil }
            received += result
        }
        return bytes
    }
}

/// A process that is gone is an answer, not a signal.
private let noSignal = Int32(MSG_NOSIGNAL)
