import Media
import NIOCore
import NIOHTTP1

/// A resource on an HTTP server, or a range of it, as bytes.
///
/// Where the server serves ranges it can be read from any byte, and reading goes on where a connection broke.
final class HTTPByteSource: MediaByteSource {
    /// Connections that may break one after the other without a byte between them.
    static let attempts = 5
    /// Bytes that are read and dropped rather than asked for anew.
    private static let skipped: Int64 = 256 << 10

    /// Where the resource was found, after redirects.
    let url: PullURL
    /// The response's media type, without parameters; lower case.
    let mediaType: String
    let length: Int64?
    let isSeekable: Bool
    private let client: GuardedHTTPClient
    private let validator: String?
    /// The first byte, counted in the resource.
    private let base: Int64
    /// Bytes read, counted from `base`.
    private var position: Int64 = 0
    private var pipe: ResponsePipe?
    private var buffer = ByteBuffer()
    private var isOver = false

    /// Asks for a resource or a range of it.
    init(_ url: PullURL, range: Range<Int64>? = nil, client: GuardedHTTPClient) throws(PullFailure) {
        let last = range.map { $0.upperBound - 1 }
        let response = try client.get(url, from: range?.lowerBound ?? 0, to: last)
        let answer = ByteRangeAnswer(status: response.status, headers: response.headers)
        do throws(PullFailure) {
            try answer.check(first: range?.lowerBound ?? 0, place: response.url.place)
        } catch {
            response.pipe.close()
            throw error
        }
        self.client = client
        self.url = response.url
        base = range?.lowerBound ?? 0
        let rest = answer.total.map { max(0, $0 - (range?.lowerBound ?? 0)) }
        length = range.map { min(Int64($0.count), rest ?? .max) } ?? rest
        isSeekable = answer.isPartial && length != nil
        validator = answer.validator
        mediaType = answer.mediaType
        pipe = response.pipe
    }

    deinit { pipe?.close() }

    /// The first bytes, which stay to be read; fewer if there are no more.
    func peek(_ count: Int) throws(PullFailure) -> [UInt8] {
        while buffer.readableBytes < count, try fill() {}
        return Array(buffer.readableBytesView.prefix(count))
    }

    /// All bytes; an error if there are more than `limit`.
    func readAll(limit: Int) throws(PullFailure) -> [UInt8] {
        while buffer.readableBytes <= limit, try fill() {}
        guard buffer.readableBytes <= limit else {
            throw PullFailure(.excessive, "\(url.place) sends a playlist of more than \(limit) bytes")
        }
        return Array(buffer.readableBytesView)
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
        do throws(PullFailure) {
            if let length, position >= length { return 0 }
            while buffer.readableBytes == 0 {
                guard try fill() else { return 0 }
            }
        } catch {
            throw ByteSourceFailure(error)
        }
        var count = min(buffer.readableBytes, target.count)
        if let length { count = min(count, Int(length - position)) }
        buffer.readWithUnsafeReadableBytes { bytes in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            return count
        }
        position += Int64(count)
        return count
    }

    func seek(to offset: Int64) throws(ByteSourceFailure) {
        let distance = offset - position
        if distance >= 0, distance <= Int64(buffer.readableBytes) {
            buffer.moveReaderIndex(forwardBy: Int(distance))
        } else if distance > 0, distance < Self.skipped, pipe != nil {
            try skip(distance)
        } else {
            close()
        }
        position = offset
    }

    func close() {
        pipe?.close()
        pipe = nil
        buffer.clear()
        isOver = false
    }

    private func skip(_ distance: Int64) throws(ByteSourceFailure) {
        var rest = distance
        do throws(PullFailure) {
            while rest > 0 {
                let count = min(Int64(buffer.readableBytes), rest)
                buffer.moveReaderIndex(forwardBy: Int(count))
                position += count
                rest -= count
                if rest > 0, buffer.readableBytes == 0 {
                    guard try fill() else { return }
                }
            }
        } catch {
            throw ByteSourceFailure(error)
        }
    }

    /// Takes more bytes into the buffer; false at the end.
    private func fill() throws(PullFailure) -> Bool {
        for attempt in 0..<Self.attempts {
            do throws(PullFailure) {
                return try advance()
            } catch {
                pipe?.close()
                pipe = nil
                guard isSeekable, error.isTransient, attempt + 1 < Self.attempts, !client.control.mustStop else {
                    throw error
                }
                PullThread.sleep(for: .milliseconds(250 << attempt)) { client.control.mustStop }
            }
        }
        return false
    }

    private func advance() throws(PullFailure) -> Bool {
        guard !isOver else { return false }
        let pipe = try connected()
        let what = "more of the media at \(url.place)"
        switch try pipe.next(within: client.limits.silence, of: what, control: client.control) {
        case .head: throw PullFailure(.unavailable, "\(url.place) sends a second answer within its first")
        case .body(var bytes):
            if buffer.readableBytes == 0 { buffer.clear() }
            buffer.writeBuffer(&bytes)
            return true
        case .end:
            let received = position + Int64(buffer.readableBytes)
            if let length, received < length {
                throw PullFailure(.unavailable, "\(url.place) ended after \(received) of \(length) bytes")
            }
            isOver = true
            return false
        }
    }

    private func connected() throws(PullFailure) -> ResponsePipe {
        if let pipe { return pipe }
        let first = base + position + Int64(buffer.readableBytes)
        let last = length.map { base + $0 - 1 }
        let response = try client.get(url, from: first, to: last, validator: validator)
        let answer = ByteRangeAnswer(status: response.status, headers: response.headers)
        guard answer.isPartial, answer.first == first else {
            response.pipe.close()
            throw PullFailure(
                .unsupportedContainer,
                "\(url.place) does not go on at byte \(first): it answers \(response.status)"
            )
        }
        pipe = response.pipe
        return response.pipe
    }
}

extension ByteSourceFailure {
    /// A failure as a demuxer is told it; one that no other attempt can mend ends it.
    init(_ failure: PullFailure) {
        self.init(failure.description, isFinal: [.refusedAddress, .invalidURL, .excessive].contains(failure.code))
    }
}
