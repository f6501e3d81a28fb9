internal import CSRTP
import MediaWire

/// The protection of one peer's media: RTP and RTCP, both directions.
final class SRTPSession {
    /// Why a packet was refused.
    enum Refusal: Error {
        /// Its tag is wrong, or it is no RTP at all.
        case unauthentic
        /// It came before, or is older than the replay window.
        case replay
        /// Anything else libsrtp objects to, with its number.
        case other(UInt32)
    }

    /// Packets behind the newest one that can still be told from replays.
    ///
    /// Retransmissions come late: at 2000 packets a second this is half a second.
    static let replayWindow = 1024
    /// Streams a peer may send.
    ///
    /// libsrtp keeps state for each and searches them one by one; a room's largest publisher stays far below.
    static let inboundStreamLimit = 512

    let profile: SRTPProfile
    private let outbound: srtp_t
    private let inbound: srtp_t
    /// The SSRCs libsrtp keeps state for, oldest first, and for looking up.
    private var streams: [UInt32] = []
    private var knownStreams: Set<UInt32> = []

    init?(_ keys: SRTPKeys) {
        guard libraryIsReady else { return nil }
        profile = keys.profile
        guard let outbound = Self.makeContext(keys.profile, key: keys.outbound, direction: ssrc_any_outbound) else {
            return nil
        }
        guard let inbound = Self.makeContext(keys.profile, key: keys.inbound, direction: ssrc_any_inbound) else {
            srtp_dealloc(outbound)
            return nil
        }
        self.outbound = outbound
        self.inbound = inbound
    }

    deinit {
        srtp_dealloc(outbound)
        srtp_dealloc(inbound)
    }

    private static func makeContext(
        _ profile: SRTPProfile,
        key: [UInt8],
        direction: srtp_ssrc_type_t
    ) -> srtp_t? {
        var policy = srtp_policy_t()
        switch profile {
        case .aeadAES128GCM:
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        case .aes128CMHMACSHA1_80:
            srtp_crypto_policy_set_rtp_default(&policy.rtp)
            srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        }
        policy.ssrc.type = direction
        policy.window_size = UInt(replayWindow)
        // A packet sent again in answer to a NACK is the same packet (RFC 4588 is used wherever the peer knows it).
        policy.allow_repeat_tx = 1
        var key = key
        var context: srtp_t?
        let status = key.withUnsafeMutableBufferPointer { buffer in
            policy.key = buffer.baseAddress
            return srtp_create(&context, &policy)
        }
        return status == srtp_err_status_ok ? context : nil
    }

    // MARK: - Sending

    /// The protected form of an RTP packet; nil if it is not one.
    func protectRTP(_ packet: [UInt8]) -> [UInt8]? {
        guard packet.count >= 12 else { return nil }
        return protect(packet) { srtp_protect(outbound, $0, $1) }
    }

    /// The protected form of a compound RTCP packet; nil if it is not one.
    func protectRTCP(_ packet: [UInt8]) -> [UInt8]? {
        guard packet.count >= 8 else { return nil }
        return protect(packet) { srtp_protect_rtcp(outbound, $0, $1) }
    }

    /// Forgets a source that nothing is sent from any more: libsrtp keeps state for each and searches them one by one.
    ///
    /// It must not be sent from again, for its packets would be numbered anew under the same key.
    ///
    /// - Returns: whether anything was known of it.
    func forgetOutbound(_ ssrc: SSRC) -> Bool {
        srtp_remove_stream(outbound, ssrc.rawValue.bigEndian) == srtp_err_status_ok
    }

    private func protect(
        _ packet: [UInt8],
        _ body: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) -> [UInt8]? {
        // RTCP has four bytes of index besides the tag.
        let trailer = Int(SRTP_MAX_TRAILER_LEN) + 4
        var status = srtp_err_status_fail
        let protected = [UInt8](unsafeUninitializedCapacity: packet.count + trailer) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            packet.withUnsafeBufferPointer { source in
                _ = buffer.update(fromContentsOf: source)
            }
            var count = Int32(packet.count)
            status = body(UnsafeMutableRawPointer(base), &count)
            initialized = Int(count)
        }
        return status == srtp_err_status_ok ? protected : nil
    }

    // MARK: - Receiving

    /// The plain form of a protected RTP packet.
    func unprotectRTP(_ packet: [UInt8]) throws(Refusal) -> [UInt8] {
        guard packet.count >= 12 else { throw .unauthentic }
        let plain = try unprotect(packet) { srtp_unprotect(inbound, $0, $1) }
        remember(ssrc(of: plain, at: 8))
        return plain
    }

    /// The plain form of a protected compound RTCP packet.
    func unprotectRTCP(_ packet: [UInt8]) throws(Refusal) -> [UInt8] {
        guard packet.count >= 8 else { throw .unauthentic }
        let plain = try unprotect(packet) { srtp_unprotect_rtcp(inbound, $0, $1) }
        remember(ssrc(of: plain, at: 4))
        return plain
    }

    private func unprotect(
        _ packet: [UInt8],
        _ body: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) throws(Refusal) -> [UInt8] {
        var status = srtp_err_status_fail
        let plain = [UInt8](unsafeUninitializedCapacity: packet.count) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            packet.withUnsafeBufferPointer { source in
                _ = buffer.update(fromContentsOf: source)
            }
            var count = Int32(packet.count)
            status = body(UnsafeMutableRawPointer(base), &count)
            initialized = status == srtp_err_status_ok ? Int(count) : 0
        }
        switch status {
        case srtp_err_status_ok: return plain
        case srtp_err_status_replay_fail, srtp_err_status_replay_old: throw .replay
        case srtp_err_status_auth_fail, srtp_err_status_bad_param, srtp_err_status_parse_err: throw .unauthentic
        default: throw .other(status.rawValue)
        }
    }

    private func ssrc(of packet: [UInt8], at offset: Int) -> UInt32 {
        packet[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Forgets the oldest stream once a peer has sent too many.
    private func remember(_ ssrc: UInt32) {
        guard knownStreams.insert(ssrc).inserted else { return }
        streams.append(ssrc)
        guard streams.count > Self.inboundStreamLimit else { return }
        let oldest = streams.removeFirst()
        knownStreams.remove(oldest)
        srtp_remove_stream(inbound, oldest.bigEndian)
    }
}

/// Whether libsrtp could be initialised; done once for the process, on first use.
private let libraryIsReady = srtp_init() == srtp_err_status_ok
