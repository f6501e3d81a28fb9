internal import COpenSSL

/// OpenSSL's end of the wire: datagrams in, datagrams out, boundaries kept, and its retransmission timer taken away.
///
/// A memory BIO would run datagrams together, so this is a BIO of our own. It also solves the clock: OpenSSL decides by
/// `gettimeofday` whether a flight is due again, which neither virtual time nor our own back-off can drive. It hands its
/// BIO the address of the time it has noted, each time it sets it (`BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT`). There the note is
/// moved out of reach, so that OpenSSL never retransmits by itself, and `expireTimer` moves it into the past when our
/// clock says so. From OpenSSL 3.2 the address is that of a copy which does not outlive the call; there the note is
/// left alone and OpenSSL's clock decides: `DTLSv1_handle_timeout` then does nothing before its time, and is asked again.
final class DTLSWire {
    /// Received datagrams OpenSSL has not read yet.
    private var inbound: [[UInt8]] = []
    /// Datagrams OpenSSL wants sent.
    private(set) var outbound: [[UInt8]] = []
    /// What the peer's certificate must hash to; nothing else is accepted.
    var expected: Fingerprint?
    /// Why the certificate was refused.
    private(set) var refusal: String?
    /// Whether a flight of ours awaits its answer.
    private(set) var isTimerRunning = false
    /// How often the timer has been set: a change means a new flight.
    private(set) var timerStarts = 0
    /// OpenSSL's own note of when to retransmit, inside its connection, which outlives every use here.
    private var timer: UnsafeMutablePointer<timeval>?

    private static let isTimerNoteStable = OpenSSL_version_num() < 0x3020_0000
    /// Far enough to never come, near enough that sums of it do not overflow.
    private static let never = timeval(tv_sec: 1 << 40, tv_usec: 0)
    /// Any time gone by, except zero, which means that no timer is set.
    private static let past = timeval(tv_sec: 1, tv_usec: 0)

    /// A BIO on this wire, which must outlive it.
    func makeBIO() throws(OpenSSLFailure) -> OpaquePointer {
        guard let method = dtlsWireMethod.pointer, let bio = BIO_new(method) else {
            throw OpenSSLFailure("making a BIO")
        }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    func receive(_ datagram: [UInt8]) {
        inbound.append(datagram)
    }

    func takeOutbound() -> [[UInt8]] {
        defer { outbound.removeAll() }
        return outbound
    }

    /// Lets OpenSSL find its timer expired.
    func expireTimer() {
        timer?.pointee = Self.past
    }

    // MARK: - Called by OpenSSL

    fileprivate static func of(_ bio: OpaquePointer?) -> DTLSWire? {
        BIO_get_data(bio).map { Unmanaged<DTLSWire>.fromOpaque($0).takeUnretainedValue() }
    }

    fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard !inbound.isEmpty else { return nil }
        let datagram = inbound.removeFirst()
        let count = min(datagram.count, buffer.count)
        datagram.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        return count
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) {
        outbound.append([UInt8](bytes))
    }

    fileprivate func noteTimer(_ note: UnsafeMutablePointer<timeval>) {
        isTimerRunning = note.pointee.tv_sec != 0 || note.pointee.tv_usec != 0
        timerStarts += isTimerRunning ? 1 : 0
        guard Self.isTimerNoteStable else { return }
        timer = note
        if isTimerRunning { note.pointee = Self.never }
    }

    /// Compares the certificate a handshake presents with the fingerprint it must have.
    static func verify(_ store: OpaquePointer?) -> Bool {
        guard
            let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let wire = of(SSL_get_rbio(OpaquePointer(ssl))),
            let certificate = X509_STORE_CTX_get0_cert(store)
        else { return false }
        guard let expected = wire.expected else {
            wire.refusal = "the peer's fingerprint is not known"
            return false
        }
        guard let actual = try? Certificate.fingerprint(of: certificate, expected.algorithm), actual == expected else {
            wire.refusal = "the peer's certificate is not the one its description names"
            return false
        }
        return true
    }
}

/// The one table of callbacks for all wires.
///
/// `@unchecked Sendable`: written once by `init`, only read by OpenSSL after.
private final class DTLSWireMethod: @unchecked Sendable {
    let pointer: OpaquePointer?

    init() {
        pointer = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams")
        guard let pointer else { return }
        BIO_meth_set_read(pointer) { bio, buffer, size in
            openssl_bio_clear_retry(bio)
            guard let wire = DTLSWire.of(bio), let buffer, size > 0 else { return -1 }
            let target = UnsafeMutableRawBufferPointer(start: buffer, count: Int(size))
            guard let count = wire.read(into: target) else {
                openssl_bio_want_read(bio)
                return -1
            }
            return Int32(count)
        }
        BIO_meth_set_write(pointer) { bio, buffer, size in
            openssl_bio_clear_retry(bio)
            guard let wire = DTLSWire.of(bio), let buffer, size > 0 else { return -1 }
            wire.write(UnsafeRawBufferPointer(start: buffer, count: Int(size)))
            return size
        }
        BIO_meth_set_ctrl(pointer) { bio, command, _, argument in
            switch command {
            case BIO_CTRL_FLUSH:
                return 1
            case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
                guard let wire = DTLSWire.of(bio), let argument else { return 0 }
                wire.noteTimer(argument.assumingMemoryBound(to: timeval.self))
                return 1
            default:
                return 0
            }
        }
    }
}

private let dtlsWireMethod = DTLSWireMethod()
