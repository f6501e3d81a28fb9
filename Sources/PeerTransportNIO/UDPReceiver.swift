internal import Glibc
internal import MediaWire

/// Reads the datagrams that have gathered in the socket of a hub with a rhythm, past NIO, with the times at which they arrived.
///
/// NIO tells neither when a datagram came nor reads without being woken for it first. The kernel's time stamps keep what is told to
/// senders about their packets' arrival (transport-wide feedback, jitter) exact, however late they are read.
final class UDPReceiver {
    /// A datagram and when the system took it in.
    struct Arrival {
        let bytes: [UInt8]
        let remote: TransportAddress
        let time: Instant
    }

    /// Borrowed from the channel, which outlives the receiver's use.
    private let descriptor: CInt
    private let payload: UnsafeMutableRawBufferPointer
    private let name: UnsafeMutableRawBufferPointer
    private let control: UnsafeMutableRawBufferPointer
    /// The address that the last datagram came from, and as it stood in `name`: nearly always the next one's.
    private var lastRemote: (name: [UInt8], address: TransportAddress)?

    init(descriptor: CInt) {
        self.descriptor = descriptor
        payload = .allocate(byteCount: Self.datagramCapacity, alignment: 8)
        name = .allocate(byteCount: MemoryLayout<sockaddr_storage>.size, alignment: 8)
        control = .allocate(byteCount: Self.controlCapacity, alignment: 8)
        var on: CInt = 1
        // Without time stamps datagrams count as having arrived when they are read.
        setsockopt(descriptor, SOL_SOCKET, Self.timestampNanoseconds, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    deinit {
        payload.deallocate()
        name.deallocate()
        control.deallocate()
    }

    /// Hands on what is there, oldest first; false if more may be there than `limit`.
    ///
    /// - Parameter now: the present, by the hub's clock.
    func read(limit: Int, now: Instant, _ take: (Arrival) -> Void) -> Bool {
        let epoch = Self.epoch(wall: { Self.read(CLOCK_REALTIME) }, monotonic: { Self.read(CLOCK_MONOTONIC) })
        for _ in 0..<limit {
            guard let arrival = next(epoch: epoch, now: now) else { return true }
            if let arrival = arrival.datagram { take(arrival) }
        }
        return false
    }

    /// One system call; nil if nothing is there, a nil datagram for one that is of no use.
    private func next(epoch: Int64, now: Instant) -> (datagram: Arrival?, Void)? {
        var part = iovec(iov_base: payload.baseAddress, iov_len: payload.count)
        let (size, nameLength, controlLength, isCut) = withUnsafeMutablePointer(to: &part) { part in
            var header = msghdr()
            header.msg_name = name.baseAddress
            header.msg_namelen = socklen_t(name.count)
            header.msg_iov = part
            header.msg_iovlen = 1
            header.msg_control = control.baseAddress
            header.msg_controllen = control.count
            var size: Int
            repeat { size = recvmsg(descriptor, &header, CInt(MSG_DONTWAIT)) } while size < 0 && errno == EINTR
            return (size, Int(header.msg_namelen), Int(header.msg_controllen), header.msg_flags & CInt(MSG_TRUNC) != 0)
        }
        guard size >= 0 else { return nil }
        guard !isCut, let remote = remote(nameLength) else { return (nil, ()) }
        let stamp = Self.stamp(in: UnsafeRawBufferPointer(rebasing: control[..<min(controlLength, control.count)]))
        // A clock that was set meanwhile may claim anything.
        let time = stamp.map { min(now, max(now - Self.oldest, Instant(nanoseconds: $0 - epoch))) } ?? now
        return (Arrival(bytes: Array(payload[..<size]), remote: remote, time: time), ())
    }

    private func remote(_ length: Int) -> TransportAddress? {
        let bytes = UnsafeRawBufferPointer(rebasing: name[..<min(length, name.count)])
        if let lastRemote, lastRemote.name.elementsEqual(bytes) { return lastRemote.address }
        guard let address = TransportAddress(socketName: bytes) else { return nil }
        lastRemote = (Array(bytes), address)
        return address
    }

    /// Unix nanoseconds from the control messages: `cmsghdr` (length, level, type), then a `timespec`.
    static func stamp(in control: UnsafeRawBufferPointer) -> Int64? {
        var offset = 0
        while offset + 16 <= control.count {
            let length = control.loadUnaligned(fromByteOffset: offset, as: Int.self)
            guard length >= 16, length <= control.count - offset else { return nil }
            let level = control.loadUnaligned(fromByteOffset: offset + 8, as: CInt.self)
            let type = control.loadUnaligned(fromByteOffset: offset + 12, as: CInt.self)
            if level == SOL_SOCKET, type == timestampNanoseconds, length >= 32 {
                let seconds = control.loadUnaligned(fromByteOffset: offset + 16, as: Int64.self)
                let nanoseconds = control.loadUnaligned(fromByteOffset: offset + 24, as: Int64.self)
                return seconds &* 1_000_000_000 &+ nanoseconds
            }
            offset += (length + 7) & ~7
        }
        return nil
    }

    /// What the time of day is ahead of the hub's clock.
    ///
    /// The thread may be put aside between two readings, and a datagram that seems to have come earlier than it did would pull
    /// everything forward that is placed by it: so the time of day is read first, which errs to the other side, and the best
    /// of a few tries is taken.
    static func epoch(wall: () -> Int64, monotonic: () -> Int64) -> Int64 {
        var best = Int64.min
        for _ in 0..<3 {
            let wall = wall()
            best = max(best, wall - monotonic())
        }
        return best
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `SO_TIMESTAMPNS` and `SCM_TIMESTAMPNS` of 64-bit Linux (asm-generic/socket.h).
    private static let timestampNanoseconds: CInt = 35
    /// Media is below 1500 bytes, and ICE and DTLS keep to it.
    private static let datagramCapacity = 2048
    /// A time stamp takes 32 bytes.
    private static let controlCapacity = 128
    /// Nothing waits longer than a hub's loop may be busy.
    private static let oldest = Duration.seconds(1)
}
