import CHiredis
import NIOCore

/// A command as it goes over the wire, formatted by hiredis.
enum RedisCommand {
    /// Bounds a command: far above any message of the bus, far below what Redis takes (512 MiB).
    static let maximumBytes = 64 << 20

    /// Why a command cannot be sent; nil when it can.
    static func fault(_ arguments: [RedisArgument]) -> BusError? {
        let size = arguments.reduce(0) { $0 + $1.bytes.count }
        guard size > maximumBytes else { return nil }
        return BusError("a Redis command of \(size) bytes is too large: \(maximumBytes) is the most")
    }

    /// Appends a command's bytes.
    static func write(_ arguments: [RedisArgument], into buffer: inout ByteBuffer) {
        precondition(!arguments.isEmpty, "a command has a name")
        let joined = arguments.flatMap(\.bytes) + [0]
        var lengths = arguments.map(\.bytes.count)
        joined.withUnsafeBytes { bytes in
            guard let base = bytes.bindMemory(to: CChar.self).baseAddress else { return }
            var offset = 0
            var pointers = lengths.map { length -> UnsafePointer<CChar>? in
                defer { offset += length }
                return base + offset
            }
            var text: UnsafeMutablePointer<CChar>?
            let length = redisFormatCommandArgv(&text, Int32(arguments.count), &pointers, &lengths)
            guard length >= 0, let text else { preconditionFailure("no memory for a Redis command") }
            defer { redisFreeCommand(text) }
            buffer.writeBytes(UnsafeRawBufferPointer(start: text, count: Int(length)))
        }
    }
}
