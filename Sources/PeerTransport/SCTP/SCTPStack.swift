internal import CUSRSCTP
internal import Glibc
internal import MediaWire
internal import Synchronization

/// usrsctp, which is one per process: its lock, its clock, and the way from its callbacks to associations.
///
/// **Threads.** usrsctp runs without threads for packets and timers (`usrsctp_init_nothreads`), so it acts only inside
/// calls made to it. (One thread remains, which visits endpoints when addresses change; with address changes turned
/// off it finds nothing to do and calls nobody.) All calls are made inside `enter`, which holds one lock for the process; its callbacks therefore run with the
/// lock held, on whichever thread is in.
///
/// **Lifetime.** Callbacks get a number, never a pointer, and look it up here. A number is never used twice, so a
/// late callback for an association that is gone finds nothing.
///
/// **Other peers' work.** Time and callbacks are global: a call made for one peer can produce packets or messages for
/// another, which may live on another thread. They land in that association's mailbox, and its owner collects them at
/// its next turn, which `SCTPAssociation.nextTimeout` keeps within one tick of an association that is at work.
///
/// **Time.** usrsctp counts milliseconds it is told of. Each association maps its own clock to that count and moves it
/// only when it is ahead, so many peers on one clock do not make it run faster. An association that is far behind
/// (its peer slept, or lives on another, virtual clock, as in tests that run side by side) takes the present count as
/// its own. Seen from such a test SCTP's timers fire early: that costs a needless retransmission and nothing more,
/// since associations never give up on account of timers (the consent checks of ICE decide whether a peer is there).
///
/// **The other clock.** usrsctp also reads `gettimeofday`: when its retransmission timer fires, it sends again only what
/// by that clock was sent longer ago than the timeout. With real drivers both clocks agree. In virtual time, which
/// outruns it, a loss is made good by fast retransmission (later packets show the gap), while one at the end of what
/// is sent is not until real time has passed too; tests of such losses keep to the pace of the real clock.
enum SCTPStack {
    /// What usrsctp has produced for one association.
    final class Mailbox {
        fileprivate(set) var packets: [[UInt8]] = []
        fileprivate(set) var events: [SCTPEvent] = []
        fileprivate var reassembly = SCTPReassembly()

        func take() -> (packets: [[UInt8]], events: [SCTPEvent]) {
            defer {
                packets.removeAll()
                events.removeAll()
            }
            return (packets, events)
        }
    }

    /// How finely time is told to usrsctp; its own threads would use ten milliseconds.
    static let tick: Duration = .milliseconds(10)
    /// How far behind an association may be before it takes the present as its own time.
    private static let largestLag: Int64 = 200_000_000

    private static let gate = Mutex(())
    /// Unsafe is safe here: used only with `gate` held, by `enter` and by the callbacks of calls made inside it.
    nonisolated(unsafe) private static var mailboxes: [UInt: Mailbox] = [:]
    /// Guarded like `mailboxes`.
    nonisolated(unsafe) private static var lastIdentifier: UInt = 0
    /// Nanoseconds told to usrsctp, rounded down to milliseconds.
    ///
    /// Guarded like `mailboxes`.
    nonisolated(unsafe) private static var elapsed: Int64 = 0

    private static let isReady: Bool = {
        usrsctp_init_nothreads(0, outputCallback, nil)
        configure()
        setTimeouts(.standard)
        return true
    }()

    /// Does `body` as the only one in the process that uses usrsctp.
    static func enter<Result>(_ body: () -> Result) -> Result {
        gate.withLock { _ in
            _ = isReady
            return body()
        }
    }

    // MARK: - Inside `enter`

    static func register() -> (identifier: UInt, mailbox: Mailbox) {
        lastIdentifier += 1
        let mailbox = Mailbox()
        mailboxes[lastIdentifier] = mailbox
        usrsctp_register_address(UnsafeMutableRawPointer(bitPattern: lastIdentifier))
        return (lastIdentifier, mailbox)
    }

    static func deregister(_ identifier: UInt) {
        usrsctp_deregister_address(UnsafeMutableRawPointer(bitPattern: identifier))
        mailboxes[identifier] = nil
    }

    /// The offset that maps `now` of some clock to the present.
    static func offset(at now: Instant) -> Int64 { elapsed &- now.nanoseconds }

    /// Moves time on to `now`, and corrects the offset of a clock that is far behind.
    static func advance(to now: Instant, offset: inout Int64) {
        let mapped = now.nanoseconds &+ offset
        if mapped < elapsed &- largestLag {
            offset = SCTPStack.offset(at: now)
            return
        }
        let milliseconds = (mapped &- elapsed) / 1_000_000
        guard milliseconds >= 1 else { return }
        // A driver that slept tells usrsctp of no more than a minute at once.
        let told = min(milliseconds, 60_000)
        elapsed &+= milliseconds * 1_000_000
        usrsctp_handle_timers(UInt32(told))
    }

    /// Settings for all sockets.
    private static func configure() {
        // There is one path, below us, and it has no addresses: no ECN, no address changes, no authentication for them.
        usrsctp_sysctl_set_sctp_ecn_enable(0)
        usrsctp_sysctl_set_sctp_asconf_enable(0)
        usrsctp_sysctl_set_sctp_auto_asconf(0)
        usrsctp_sysctl_set_sctp_auth_enable(0)
        // No answer to packets of associations that are gone.
        usrsctp_sysctl_set_sctp_blackhole(2)
        // Never give up: consent checks decide whether the peer is there.
        usrsctp_sysctl_set_sctp_init_rtx_max_default(UInt32(UInt16.max))
        usrsctp_sysctl_set_sctp_assoc_rtx_max_default(UInt32(UInt16.max))
        usrsctp_sysctl_set_sctp_path_rtx_max_default(UInt32(UInt16.max))
    }

    /// Retransmission timeouts in milliseconds.
    struct Timeouts {
        var initial: UInt32
        var shortest: UInt32
        var longest: UInt32
        var delayedAcknowledgement: UInt32

        /// RFC 9260 §16 has 1000, 1000, 60 000 and 200 for the public internet; over ICE the path is known to live, so
        /// that waiting long only delays messages.
        ///
        /// libwebrtc's own SCTP has 500, 400 and 3000.
        static let standard = Timeouts(initial: 500, shortest: 200, longest: 3000, delayedAcknowledgement: 20)
    }

    /// Sets the timeouts of associations made from now on.
    static func setTimeouts(_ timeouts: Timeouts) {
        usrsctp_sysctl_set_sctp_rto_initial_default(timeouts.initial)
        usrsctp_sysctl_set_sctp_rto_min_default(timeouts.shortest)
        usrsctp_sysctl_set_sctp_rto_max_default(timeouts.longest)
        usrsctp_sysctl_set_sctp_init_rto_max_default(timeouts.longest)
        usrsctp_sysctl_set_sctp_delayed_sack_time_default(timeouts.delayedAcknowledgement)
    }

    // MARK: - Callbacks, always inside `enter`

    private static let outputCallback:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int, UInt8, UInt8
        ) -> Int32 = { address, buffer, length, _, _ in
            guard let buffer, let mailbox = mailboxes[UInt(bitPattern: address)] else { return 0 }
            mailbox.packets.append([UInt8](UnsafeRawBufferPointer(start: buffer, count: length)))
            return 0
        }

    static let receiveCallback: usrsctp_receive_callback = { _, _, data, length, info, flags, identifier in
        defer { free(data) }
        guard let mailbox = mailboxes[UInt(bitPattern: identifier)] else { return 1 }
        guard let data else {
            mailbox.events.append(.closed)
            return 1
        }
        let bytes = UnsafeRawBufferPointer(start: data, count: length)
        if flags & MSG_NOTIFICATION != 0 {
            if let event = SCTPEvent(notification: bytes) { mailbox.events.append(event) }
        } else {
            let event = mailbox.reassembly.append(
                bytes,
                stream: info.rcv_sid,
                payloadProtocol: UInt32(bigEndian: info.rcv_ppid),
                isLast: flags & Int32(MSG_EOR) != 0
            )
            if let event { mailbox.events.append(event) }
        }
        return 1
    }
}
