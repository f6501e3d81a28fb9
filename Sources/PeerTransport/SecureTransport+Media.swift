package import MediaWire

extension SecureTransport {
    /// Protects and sends an RTP packet; without keys or path it is dropped and counted.
    package func sendRTP(_ packet: [UInt8], at now: Instant) {
        guard let srtp, let path = ice.sendPath, let protected = srtp.protectRTP(packet) else {
            statistics.mediaDroppedBeforeConnected += 1
            return
        }
        transmit(protected, on: path)
    }

    /// Protects and sends a compound RTCP packet; without keys or path it is dropped and counted.
    package func sendRTCP(_ packet: [UInt8], at now: Instant) {
        guard let srtp, let path = ice.sendPath, let protected = srtp.protectRTCP(packet) else {
            statistics.mediaDroppedBeforeConnected += 1
            return
        }
        transmit(protected, on: path)
    }

    /// Forgets a source of ours that ended for good; whether anything had been sent from it.
    @discardableResult
    package func forgetSource(_ ssrc: SSRC) -> Bool { srtp?.forgetOutbound(ssrc) ?? false }

    func transmit(_ bytes: [UInt8], on path: ICEPath) {
        transmit(Datagram(local: path.local, remote: path.remote, transport: path.transport, bytes: bytes))
    }

    func transmit(_ datagram: Datagram) {
        statistics.packetsSent += 1
        statistics.bytesSent += UInt64(datagram.bytes.count)
        output.append(.transmit(datagram))
    }

    /// Decrypts a packet and passes it on; one that is too early is kept, or dropped and counted.
    func handleMedia(_ datagram: Datagram, at now: Instant) {
        guard let srtp else {
            if !hasReportedDTLS, earlyMedia.count < Self.earlyMediaLimit {
                earlyMedia.append((datagram, now))
            } else {
                statistics.mediaReceivedBeforeKeys += 1
            }
            return
        }
        do {
            if RTPPacket.isRTCP(datagram.bytes) {
                output.append(.event(.rtcp(try srtp.unprotectRTCP(datagram.bytes))))
            } else {
                output.append(.event(.rtp(try srtp.unprotectRTP(datagram.bytes), arrival: now)))
            }
        } catch .replay {
            statistics.replaysRejected += 1
        } catch {
            statistics.authenticationFailures += 1
        }
    }
}
