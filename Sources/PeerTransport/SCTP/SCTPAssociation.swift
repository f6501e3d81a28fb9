internal import CUSRSCTP
internal import Glibc
internal import MediaWire

/// One SCTP association over DTLS (RFC 8831), sans-IO: packets in, packets out, messages.
///
/// `SCTPStack` says how it shares usrsctp with all others of the process.
final class SCTPAssociation {
    /// Streams in either direction: what libwebrtc asks for.
    ///
    /// usrsctp keeps about a hundred bytes for each.
    static let streamCount: UInt16 = 1024
    /// What fits a DTLS record in a datagram.
    ///
    /// usrsctp counts the common header of 12 bytes by itself.
    private static let pathMTU = UInt32(DTLSEndpoint.maximumDatagramSize - DTLSEndpoint.recordOverhead - 12)
    /// How long after the last packet or message an association is at work: longer than the longest retransmission
    /// timeout that `SCTPStack` allows.
    private static let busyFor: Duration = .seconds(8)
    /// How often one that is not is looked at, for what other peers' calls may have put in its mailbox.
    private static let idleInterval: Duration = .seconds(1)

    private let identifier: UInt
    private let mailbox: SCTPStack.Mailbox
    private let socket: OpaquePointer
    private var clockOffset: Int64
    private var lastActivity: Instant
    private var isClosed = false
    /// When `handleTimeout` must be called next.
    private(set) var nextTimeout: Instant

    /// Sends INIT; nil if usrsctp has no socket for us.
    ///
    /// Both sides do so at once, as WebRTC demands; SCTP makes one association of it (RFC 9260 §5.2.1).
    init?(localPort: UInt16, remotePort: UInt16, at now: Instant) {
        let made = SCTPStack.enter { () -> (UInt, SCTPStack.Mailbox, OpaquePointer, Int64)? in
            let (identifier, mailbox) = SCTPStack.register()
            guard
                let socket = usrsctp_open_conn_socket(
                    identifier,
                    localPort,
                    Self.streamCount,
                    SCTPStack.receiveCallback
                )
            else {
                SCTPStack.deregister(identifier)
                return nil
            }
            guard usrsctp_connect_conn_socket(socket, identifier, remotePort, Self.pathMTU) == 0 else {
                usrsctp_close(socket)
                SCTPStack.deregister(identifier)
                return nil
            }
            return (identifier, mailbox, socket, SCTPStack.offset(at: now))
        }
        guard let made else { return nil }
        (identifier, mailbox, socket, clockOffset) = made
        lastActivity = now
        nextTimeout = now + SCTPStack.tick
    }

    deinit { _ = close() }

    /// Aborts the association, and gives the packets that tell the peer so.
    ///
    /// Nothing else may be called after.
    func close() -> [[UInt8]] {
        guard !isClosed else { return [] }
        isClosed = true
        return SCTPStack.enter {
            usrsctp_close(socket)
            SCTPStack.deregister(identifier)
            return mailbox.take().packets
        }
    }

    /// Takes in an SCTP packet.
    func handle(_ packet: [UInt8], at now: Instant) {
        noteActivity(at: now)
        SCTPStack.enter {
            SCTPStack.advance(to: now, offset: &clockOffset)
            usrsctp_conninput(UnsafeMutableRawPointer(bitPattern: identifier), packet, packet.count, 0)
        }
    }

    /// Lets time pass.
    func handleTimeout(at now: Instant) {
        guard now >= nextTimeout else { return }
        SCTPStack.enter { SCTPStack.advance(to: now, offset: &clockOffset) }
        nextTimeout = now + (now - lastActivity < Self.busyFor ? SCTPStack.tick : Self.idleInterval)
    }

    /// Sends a message; false if there is no room for it now.
    func send(
        _ message: [UInt8],
        stream: UInt16,
        payloadProtocol: UInt32,
        unordered: Bool,
        maxRetransmits: UInt16?,
        at now: Instant
    ) -> Bool {
        noteActivity(at: now)
        return SCTPStack.enter {
            SCTPStack.advance(to: now, offset: &clockOffset)
            let sent = usrsctp_send_message(
                socket,
                message,
                message.count,
                stream,
                payloadProtocol,
                unordered ? 1 : 0,
                maxRetransmits.map(Int32.init) ?? -1
            )
            return sent == message.count
        }
    }

    /// Asks for our direction of a stream to be reset; false if that must be tried again, since only one request can be
    /// under way (RFC 6525 §5.1.1).
    func resetOutgoing(stream: UInt16, at now: Instant) -> Bool {
        let isBusy = SCTPStack.enter {
            usrsctp_reset_outgoing_stream(socket, stream) != 0 && [EBUSY, EALREADY, EAGAIN].contains(errno)
        }
        if !isBusy { noteActivity(at: now) }
        return !isBusy
    }

    /// The packets to send and what happened, since the last call.
    func takeOutput(at now: Instant) -> (packets: [[UInt8]], events: [SCTPEvent]) {
        let output = SCTPStack.enter { mailbox.take() }
        if !output.packets.isEmpty { noteActivity(at: now) }
        return output
    }

    private func noteActivity(at now: Instant) {
        lastActivity = now
        nextTimeout = min(nextTimeout, now + SCTPStack.tick)
    }
}
