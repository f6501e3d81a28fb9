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

    /// Sends one message that lies in two pieces, `head` with the length in front; false if the other end is gone.
    package func send(_ head: [UInt8], _ payload: [UInt8]) -> Bool {
        sending.withLock { _ in
            let sent = head.withUnsafeBytes { head in payload.withUnsafeBytes { write(head, $0) } }
            guard sent >= 0 else { return false }
            guard sent < head.count else {
                return payload.withUnsafeBytes {
                    write(UnsafeRawBufferPointer(rebasing: $0.dropFirst(sent - head.count)))
                }
            }
            return head.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0.dropFirst(sent))) }
                && payload.withUnsafeBytes { write($0) }
        }
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

    /// Writes as much of both as the socket takes at once; the number of bytes, negative if the other end is gone.
    private func write(_ head: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer) -> Int {
        var pieces = [head, payload].map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        return pieces.withUnsafeMutableBufferPointer { pieces in
            var message = msghdr()
            message.msg_iov = pieces.baseAddress
            message.msg_iovlen = pieces.count
            while true {
                let count = sendmsg(descriptor, &message, noSignal)
                if count < 0, errno == EINTR { continue }
                return count
            }
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
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, received in
            while received < count {
                let result = Glibc.read(descriptor, buffer.baseAddress.map { $0 + received }, count - received)
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { return }
                received += result
            }
        }
        return bytes.count == count ? bytes : nil
    }
}

/// A process that is gone is an answer, not a signal.
private let noSignal = Int32(MSG_NOSIGNAL)
